"""Articles to an index and back: schema, postings as arrays, commits. Whoosh is named here and nowhere else."""

from .folder import IndexFolder, IndexState, Snapshot
from .segment import SegmentView
from .update import IndexReport, update_index

__all__ = ["IndexFolder", "IndexReport", "IndexState", "SegmentView", "Snapshot", "update_index"]
