"""The bounds on what one file can become; everything in a file is somebody else's input."""

from __future__ import annotations

__all__ = ["MAX_ARTICLES", "MAX_AUTHORS", "MAX_NAME_LENGTH", "MAX_PASSAGES", "MAX_PASSAGE_LENGTH", "MAX_TITLE_LENGTH"]

# The longest headline of a newspaper, with its over- and underline, is some 80 characters.
MAX_TITLE_LENGTH = 200
# A page of short reports holds thirty articles; a whole issue in one file a few hundred.
MAX_ARTICLES = 1000
# 32 MiB of ordinary paragraphs (some 150 characters) make 70,000 passages.
MAX_PASSAGES = 200_000
# About a third of a page column: still read at one look in a result list, and long enough that few paragraphs (2 % on
# newspaper pages) are split. Splitting serves ranking: a long passage holds many words by chance.
MAX_PASSAGE_LENGTH = 600
MAX_AUTHORS = 20
MAX_NAME_LENGTH = 40
