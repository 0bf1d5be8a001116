"""Batch search: the form, its answer as a table or as a file. It is sent by POST, because a list is too long for an address;
nothing is kept."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from indexer.errors import BadRequest
from webui import current
from webui.batch_view import COLUMNS, MAX_LINES, batch_rows, lines_of, record
from webui.exports import csv_reply

__all__ = ["batch"]

# 200 queries of 256 Chinese characters, and what a form adds.
MAX_BODY_BYTES = 256 * 1024


def batch() -> ResponseReturnValue:
    if request.method != "POST":
        return render_template("batch.html", lines=(), rows=None, MAX_LINES=MAX_LINES)
    request.max_content_length = MAX_BODY_BYTES
    request.max_form_memory_size = MAX_BODY_BYTES
    queries = lines_of(_text())
    if len(queries) > MAX_LINES:
        raise BadRequest(f"一次最多查 {MAX_LINES} 行，这份名单有 {len(queries)} 行。请分几次查。")
    rows = list(batch_rows(current.index(), queries))
    if request.form.get("form") == "csv":
        return csv_reply(COLUMNS, [record(row) for row in rows], "批量检索")
    return render_template("batch.html", lines=queries, rows=rows, MAX_LINES=MAX_LINES)


def _text() -> str:
    """The list as pasted, and that of a file behind it; UTF-8, or GB18030 as old spreadsheets write it."""
    upload = request.files.get("file")
    content = upload.read() if upload else b""
    try:
        uploaded = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        uploaded = content.decode("gb18030", "replace")
    return request.form.get("list", "") + "\n" + uploaded
