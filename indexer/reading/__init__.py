"""Files to articles: formats, encodings, page-layout repair, passages."""

from indexer.reading.article import Article, Passage, PassageKind
from indexer.reading.articles import parse_articles
from indexer.reading.files import SourceFile, find_files, read_bytes
from indexer.reading.formats import Reading, read_articles

__all__ = [
    "Article",
    "Passage",
    "PassageKind",
    "Reading",
    "SourceFile",
    "find_files",
    "parse_articles",
    "read_articles",
    "read_bytes",
]
