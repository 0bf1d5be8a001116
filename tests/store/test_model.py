"""Whatever happens to the files and to the updates, the index answers as one that was built anew.

The model: articles are added, changed, renamed and removed; updates come through, are killed or lose power at any operation; a
reader opens the index again, or keeps it open throughout.
"""

from __future__ import annotations

import random
import shutil
import threading
from collections import Counter

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from indexer.errors import IndexMissing
from indexer.search.engine import open_index
from indexer.store.verify import verify_index

from .faults import Killed, WatchedDisk, kills, put_back, without_flushing

TITLES = ["衡山数字园区开园", "江北新城招商", "两家企业落户"]
SENTENCES = [
    "衡山数字园区今年总投资12亿元。",
    "衡山数字园区去年总投资9.5亿元，占地500亩。",
    "江北新城引进企业37家。",
    "负责人王小明说，5G产业增长20%。",
    "一百亿的項目，明年投產。",
]
NAME = st.sampled_from(["a.md", "b.md", "c.txt", "sub/d.md"])
TEXT = st.builds(
    "# {}\n\n{}\n".format, st.sampled_from(TITLES), st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4, unique=True).map("\n\n".join)
)  # fmt: skip
QUERIES = ["园区", "投资 12亿", "项目 100亿", "园区:衡山数字园区", "总投资>=10亿元", "江北新城", "企业 -落户"]


def answers(index):
    """Hits, figures and names, without what tells how the index was cut into segments."""
    found = []
    for query in QUERIES:
        results = index.search(query, limit=100)
        hits = Counter((hit.passage.id, hit.passage.text, hit.highlights, round(hit.score, 9)) for hit in results.hits)
        figures = Counter(
            (figure.surface, figure.subject, figure.passage.id) for figure in index.figures(query).figures
        )
        found.append((results.rung, results.total, results.facets, hits, figures))
    return found, Counter((name.kind, name.name, name.mentions, name.articles) for name in index.names().names)


@pytest.fixture
def model(tmp_path_factory, update):
    """The state machine, over a folder of its own."""
    home = tmp_path_factory.mktemp("model")

    class Archive(RuleBasedStateMachine):
        @initialize()
        def begin(self):
            for name in ("corpus", "index", "anew"):
                shutil.rmtree(home / name, ignore_errors=True)
            (home / "corpus" / "sub").mkdir(parents=True)
            self.kept = None
            self.states = [None]  # what the index may hold, as the files it was made from

        @rule(name=NAME, text=TEXT)
        def write(self, name, text):
            (home / "corpus" / name).write_text(text, encoding="utf-8")

        @rule(name=NAME)
        def write_what_cannot_be_read(self, name):
            (home / "corpus" / name).write_bytes(b"\xff\xfe\x00")

        @rule(name=NAME)
        def remove(self, name):
            (home / "corpus" / name).unlink(missing_ok=True)

        @rule(old=NAME, new=NAME)
        def rename(self, old, new):
            if (home / "corpus" / old).exists():
                (home / "corpus" / old).rename(home / "corpus" / new)

        @rule(full=st.booleans())
        def commit(self, full):
            with without_flushing():
                update([home / "corpus"], home / "index", full=full)
            self.states = [self.files()]

        @rule(place=st.integers(0, 40), full=st.booleans(), power=st.none() | st.integers(0, 99))
        def crash(self, place, full, power):
            with WatchedDisk(home / "index", kills(place)) as watched:
                try:
                    update([home / "corpus"], home / "index", full=full)
                except Killed:
                    self.states.append(self.files())
                else:
                    self.states = [self.files()]
                if power is not None:
                    chance = random.Random(power)
                    put_back(home / "index", chance.choice(watched.after_power_cut(chance)))
                    self.kept = None  # its process lost power too

        @rule()
        def reopen(self):
            self.kept = self.opened()

        @rule()
        def compare(self):
            # Brought in step, and then built anew, from the same files.
            self.commit(full=False)
            update([home / "corpus"], home / "anew", full=True)
            with open_index(home / "anew") as anew:
                expected = answers(anew)
            assert answers(self.opened()) == expected
            if self.kept is not None:
                assert answers(self.kept) == expected
            assert verify_index(home / "index").damaged == ()

        @invariant()
        def it_holds_one_of_the_states(self):
            index = self.opened()
            if index is None:
                assert None in self.states
            else:
                assert self.held(index) in self.states

        def opened(self):
            try:
                return open_index(home / "index")
            except IndexMissing:
                return None

        def files(self):
            return {
                path.relative_to(home / "corpus").as_posix(): path.read_text(encoding="utf-8")
                for path in (home / "corpus").rglob("*.*")
                if path.read_bytes()[:1] != b"\xff"
            }

        def held(self, index):
            """The files whose articles the index holds, put together again."""
            held = {}
            for hit in index.search("类型:标题", limit=100).hits:
                view = index.article(hit.article.id)
                texts = [marked.passage.text for marked in view.passages]
                held[view.article.path] = "\n\n".join([f"# {texts[0]}", *texts[1:]]) + "\n"
            return held

        def teardown(self):
            if hasattr(self, "states"):
                self.compare()

    return Archive


def test_index_answers_as_one_built_anew_whatever_happens(model):
    run_state_machine_as_test(
        model,
        # Shrinking what fails would take minutes; the steps that are printed can be read as they are.
        settings=settings(
            max_examples=20, stateful_step_count=12, phases=(Phase.explicit, Phase.reuse, Phase.generate)
        ),
    )


def test_readers_see_whole_states_only(tmp_path, update, write_files):
    """Threads over one index, while articles that belong together change together, again and again."""

    def files(number):
        return {f"{name}.md": f"# 第{name}篇\n\n园区本月第{number}次通报。\n" for name in "甲乙丙"}

    write_files(tmp_path / "corpus", files(0))
    update([tmp_path / "corpus"], tmp_path / "index")
    index = open_index(tmp_path / "index")
    done, seen, wrong = threading.Event(), Counter(), []

    def read():
        while not done.is_set():
            texts = [hit.passage.text for hit in index.search("园区本月", limit=50).hits]
            if len(texts) != 3 or len(set(texts)) != 1:
                wrong.append(texts)
            seen[texts[0]] += 1

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        for number in range(1, 16):
            write_files(tmp_path / "corpus", files(number))
            update([tmp_path / "corpus"], tmp_path / "index", full=number % 5 == 0)
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert wrong == []
    assert len(seen) > 3
    assert index.search("园区本月").hits[0].passage.text == "园区本月第15次通报。"
