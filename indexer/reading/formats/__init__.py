"""Files that are no plain text: turned into text in a process of their own, then read like any other.

    .txt .md            ────────────────────────────────────────────────▶ parse_articles
    .html .docx .pdf    ── converter ──▶ child (limits) ──▶ text ───────▶ parse_articles
    .zip                ── converter ──▶ child (limits) ──▶ its files ──▶ the same again, a zip inside excepted

What a child hands back is text in the markdown that ``parse_articles`` reads (``manuscript.py``), so that titles,
bylines, captions and cut paragraphs are understood in one place for all formats.
"""

from __future__ import annotations

from indexer.reading.formats.read import Reading, read_articles

__all__ = ["Reading", "read_articles"]
