"""SQLite's FTS5 twice: over trigrams of the text, and over words that rjieba cut."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.speed.peers import Kind, Material

_SHORTEST = 3  # characters that a trigram index can look up


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _joined(kind: Kind, words: Sequence[str]) -> str:
    if kind in ("phrase", "literal"):
        return _quoted(" ".join(words))
    return (" AND " if kind == "all" else " OR ").join(_quoted(word) for word in words)


class _Fts5:
    _tables: tuple[str, ...]
    _insert: tuple[str, ...]

    def load(self) -> None:
        pass

    def build(self, material: Material, folder: Path) -> None:
        connection = sqlite3.connect(folder / "passages.db", isolation_level=None)
        # What a crash would lose is built again.
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        for table in self._tables:
            connection.execute(table)
        connection.execute("BEGIN")
        self._add(connection, material.texts())
        connection.execute("COMMIT")
        connection.execute("INSERT INTO terms(terms) VALUES ('optimize')")
        connection.close()

    def open(self, folder: Path) -> None:
        self._connection = sqlite3.connect(f"file:{folder / 'passages.db'}?mode=ro", uri=True)

    def add(self, texts: Iterable[str], folder: Path) -> None:
        connection = sqlite3.connect(folder / "passages.db", isolation_level=None)
        connection.execute("BEGIN")
        self._add(connection, texts)
        connection.execute("COMMIT")
        connection.close()

    def _add(self, connection: sqlite3.Connection, texts: Iterable[str]) -> None:
        raise NotImplementedError

    def _texts(self, statement: str, *values: object) -> list[str]:
        return [row[0] for row in self._connection.execute(statement, values)]


class Trigram(_Fts5):
    _tables = ("CREATE VIRTUAL TABLE terms USING fts5(text, tokenize = 'trigram')",)

    def version(self) -> str:
        return f"SQLite {sqlite3.sqlite_version}"

    def _add(self, connection: sqlite3.Connection, texts: Iterable[str]) -> None:
        connection.executemany("INSERT INTO terms(text) VALUES (?)", ((text,) for text in texts))

    def search(self, kind: Kind, query: str, limit: int = 10) -> Sequence[str]:
        strings = query.split() if kind in ("any", "all") else [query]
        if kind == "question" and len(query) > _SHORTEST:  # as a whole it would find nothing
            strings = [query[i : i + _SHORTEST] for i in range(len(query) - _SHORTEST + 1)]
        if min(map(len, strings)) >= _SHORTEST:
            statement = "SELECT text FROM terms WHERE terms MATCH ? ORDER BY rank LIMIT ?"
            return self._texts(statement, _joined("all" if kind == "all" else "any", strings), limit)
        # Not LIKE: SQLite 3.40 looks two Chinese characters up among the trigrams, and finds nothing.
        condition = (" AND " if kind == "all" else " OR ").join(["instr(text, ?)"] * len(strings))
        return self._texts(f"SELECT text FROM terms WHERE {condition} LIMIT ?", *strings, limit)


class JiebaWords(_Fts5):
    # The words are not stored a second time: the texts stand in a table of their own.
    _tables = (
        "CREATE TABLE passages (id INTEGER PRIMARY KEY, text TEXT)",
        "CREATE VIRTUAL TABLE terms USING fts5(words, content = '')",
    )

    def version(self) -> str:
        from benchmarks.speed.peers.words import cutter_version

        return f"SQLite {sqlite3.sqlite_version}, {cutter_version()}"

    def load(self) -> None:
        from benchmarks.speed.peers.words import words

        words("中文")
        self._words = words

    def _add(self, connection: sqlite3.Connection, texts: Iterable[str]) -> None:
        number = connection.execute("SELECT coalesce(max(id), 0) FROM passages").fetchone()[0]
        for number, text in enumerate(texts, number + 1):  # noqa: B020
            connection.execute("INSERT INTO passages VALUES (?, ?)", (number, text))
            connection.execute("INSERT INTO terms(rowid, words) VALUES (?, ?)", (number, " ".join(self._words(text))))

    def search(self, kind: Kind, query: str, limit: int = 10) -> Sequence[str]:
        return self._texts(
            "SELECT text FROM (SELECT rowid AS id, rank AS score FROM terms WHERE terms MATCH ? ORDER BY rank LIMIT ?)"
            " JOIN passages USING (id) ORDER BY score",
            _joined(kind, self._words(query)),
            limit,
        )
