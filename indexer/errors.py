"""What can go wrong, as one small tree.

    YansouError                 catch this to catch everything a user can mend
    ├── IndexMissing            there is no index in the folder
    ├── IndexUnusable           there is one, but it must not or cannot be read
    │   └── ClusterAway         … the cluster that holds it does not answer, or not with all of it
    ├── IndexBusy               another process is writing
    ├── WorkerLost              a process that was reading articles has died
    ├── FileRejected            one source file cannot become articles
    ├── ArticleNotFound         no article has this id
    ├── NameNotFound            no name is spelt so
    ├── NameNotFound            the archive knows no such name
    └── BadRequest              a parameter has a value that cannot be used

A message says what is wrong, with the value, and the next step: the command line prints it as one line
(exit status 2) and the web UI as a page (400, 404 or 503). Everything else is a bug and keeps its traceback.
"""

from __future__ import annotations

__all__ = [
    "ArticleNotFound",
    "BadRequest",
    "ClusterAway",
    "FileRejected",
    "IndexBusy",
    "IndexMissing",
    "IndexUnusable",
    "NameNotFound",
    "WorkerLost",
    "YansouError",
]


class YansouError(Exception):
    """Base of every error that the user can mend."""


class IndexMissing(YansouError):
    """The folder holds no index."""


class IndexUnusable(YansouError):
    """The index was made by another version or tokenizer, is damaged, or lies in a folder that is not private."""


class ClusterAway(IndexUnusable):
    """The cluster that holds the index cannot be reached, refuses, or has lost a part of it for the time being."""


class IndexBusy(YansouError):
    """Another process holds the writer's lock."""


class WorkerLost(YansouError):
    """A process that was reading articles died, most likely for want of memory."""


class FileRejected(YansouError):
    """A source file was left out; the rest of the run goes on.

    Attributes: ``path`` relative to its corpus folder, ``reason`` in one line.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class ArticleNotFound(YansouError):
    """No article in the index has the id asked for."""


class NameNotFound(YansouError):
    """The archive knows no name of this kind that is written so."""


class BadRequest(YansouError):
    """A parameter (limit, offset, sort, kind …) is out of range or unknown."""
