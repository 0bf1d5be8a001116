"""Errors as replies: a calm page in Chinese, or ``application/problem+json`` (RFC 9457) under ``/api/``.

What a user can mend is said. What happened inside (paths of the index, tracebacks) goes to the log and to nobody else.
"""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from indexer.errors import ArticleNotFound, BadRequest, IndexMissing, IndexUnusable, NameNotFound, YansouError
from webui.params import MAX_QUERY

__all__ = ["register", "reply_without_request"]

# An index is swapped in a moment, rebuilt in minutes.
RETRY_AFTER_SECONDS = "30"

_BUSY = ("现在有些忙", "正在处理的查询太多。请过几秒再试。")

_log = logging.getLogger("yansou.web")

_PAGES = {
    400: ("这个请求看不明白", "地址里有写错的地方。"),
    404: ("没有这一页", "地址可能写错了，或者页面已经移走。"),
    405: ("不能这样请求", "这里只能查看，不能提交内容。"),
    408: ("等得太久", "请求没有发完。请再试一次。"),
    413: ("提交的内容太多", "内容超过了限度。名单太长的，请分成几份再查。"),
    414: ("地址太长", "地址里的内容超过了限度。请缩短查询再试。"),
    421: ("这不是本站的地址", "访问所用的域名不是本站的。请从本站的地址进入；域名由管理员在 allowed_hosts 里设定。"),
    429: ("请求太频繁", "短时间内的请求太多。请稍等片刻再试。"),
    431: ("请求太大", "浏览器发来的请求头或地址超过了限度。请缩短查询再试。"),
    500: ("出了一点问题", "这次没能完成，问题已经记录下来。请稍后再试。"),
    501: ("不能这样请求", "这里只能查看，不能提交内容。"),
    503: ("档案暂时不能检索", "索引正在更换，或者需要维护。文章没有丢失，请稍后再试。"),
}


def register(app: Flask) -> None:
    app.register_error_handler(YansouError, _engine_error)
    app.register_error_handler(HTTPException, _http_error)


def _engine_error(error: YansouError) -> Response:
    if isinstance(error, BadRequest):
        return _reply(400, "这个查询无法处理", str(error), str(error))
    if isinstance(error, ArticleNotFound):
        message = "链接可能不完整，或者文章已经从档案中移走。搜一搜标题里的词试试。"
        return _reply(404, "没有这篇文章", message, str(error))
    if isinstance(error, NameNotFound):
        message = "名称可能写得不完整，或者提到它的文章已经从档案中移走。直接搜一搜这个名称试试。"
        return _reply(404, "没有这个名称", message, str(error))
    _log.error("%s", error, exc_info=error)
    if isinstance(error, (IndexMissing, IndexUnusable)):
        response = _reply(503, *_PAGES[503], "索引暂时不能读取。")
        response.headers["Retry-After"] = RETRY_AFTER_SECONDS
        return response
    return _reply(500, *_PAGES[500], "请求没有完成。")


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    # The engine says by errors of its own that there is no index: from HTTP, 503 is too many requests.
    heading, message = _BUSY if status == 503 else _PAGES.get(status, ("请求没有完成", "请回到首页重新开始。"))
    response = _reply(status, heading, message, message)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def reply_without_request(app: Flask, status: int, path: str, client: str | None) -> Response:
    """The reply, headers and log line included, to a request that the server refuses before it is whole."""
    with app.test_request_context(path, environ_base={"REMOTE_ADDR": client or "-"}):
        heading, message = _PAGES.get(status, _PAGES[400])
        return app.process_response(_reply(status, heading, message, message))


def _reply(status: int, heading: str, message: str, detail: str) -> Response:
    if request.path.startswith("/api/"):
        problem = {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": detail,
            "instance": request.path,
        }
        response = jsonify(problem)
        response.content_type = "application/problem+json"
    else:
        # The box keeps what was typed, to be mended there; an endless one was no slip of the pen.
        # A name that nothing is known about may still stand in the text.
        typed = request.args.get("q") or (request.view_args or {}).get("name", "")
        query = typed.strip()[: 4 * MAX_QUERY]
        response = make_response(
            render_template("error.html", status=status, heading=heading, message=message, query=query)
        )
    response.status_code = status
    return response
