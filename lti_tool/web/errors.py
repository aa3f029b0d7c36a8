"""What a person sees when something goes wrong: a page that says what happened and what to do.

The HTTP status of each family is decided here and nowhere else.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from lti_tool.errors import Conflict, Invalid, NotFound, Refused, ToolError, TooMany, Unavailable, Unknown
from lti_tool.web.texts import Text, load_texts, presentable
from lti_tool.web.tracing import reference as reference_of_request

log = logging.getLogger(__name__)

STATUS: Mapping[type[ToolError], HTTPStatus] = {
    Refused: HTTPStatus.FORBIDDEN,
    Unknown: HTTPStatus.UNAUTHORIZED,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.BAD_REQUEST,
    TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
UNEXPECTED = "unexpected"
LONGEST_LOG = 300

PAGE_ERRORS: Mapping[int, str] = {
    400: "request-malformed",
    404: "page-not-found",
    405: "method-not-allowed",
    413: "request-too-large",
}
"""Error ids of what the web framework itself refuses; other 4xx are `request-malformed`."""


def install_errors(app: Flask) -> None:
    """Answer every error of `app` with a page, or with JSON where the client prefers it."""
    app.register_error_handler(ToolError, _on_tool_error)
    app.register_error_handler(HTTPException, _on_http_exception)
    app.register_error_handler(OperationalError, _on_database_error)
    for slow in (TimeoutError, BlockingIOError):
        app.register_error_handler(slow, _on_slow_request)
    app.register_error_handler(Exception, _on_surprise)


@contextmanager
def leading_back(url: str) -> Iterator[None]:
    """Give what is refused in the block a button « Reprendre » that leads to `url`, an address of ours."""
    try:
        yield
    except ToolError as error:
        error.resume_url = url
        raise


def status_of(error: ToolError) -> HTTPStatus:
    """The HTTP status of the error's family."""
    return next((STATUS[family] for family in type(error).__mro__ if family in STATUS), HTTPStatus.BAD_REQUEST)


def _on_tool_error(error: ToolError) -> Response:
    if error.course_url:
        g.course_url = error.course_url
    response = _answer(error.id, status_of(error), params=error.params, resume_url=error.resume_url)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.params.get("seconds", 60))
    return response


def _on_http_exception(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error  # a redirect, or a response in an exception's clothes
    if error.code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _answer(UNEXPECTED, HTTPStatus(error.code))
    response = _answer(PAGE_ERRORS.get(error.code, "request-malformed"), HTTPStatus(error.code))
    allowed = error.get_response().headers.get("Allow")
    if allowed:
        response.headers["Allow"] = allowed
    return response


def _on_database_error(error: OperationalError) -> Response:
    """A full disk, a database that is locked or gone: nothing was written, and later may be better."""
    return _answer("storage-unavailable", HTTPStatus.SERVICE_UNAVAILABLE, cause=error)


def _on_slow_request(_error: OSError) -> Response:
    """The rest of the request did not arrive in the time that the server gives it."""
    return _answer("request-too-slow", HTTPStatus.REQUEST_TIMEOUT)


def _on_surprise(error: Exception) -> Response:
    if current_app.testing or current_app.debug:
        raise error
    return _answer(UNEXPECTED, HTTPStatus.INTERNAL_SERVER_ERROR, cause=error)


def _answer(
    id: str,
    status: HTTPStatus,
    *,
    params: Mapping[str, str | int] | None = None,
    resume_url: str | None = None,
    cause: Exception | None = None,
) -> Response:
    reference = reference_of_request()
    g.error_id = id
    _log(id, status, reference, params or {}, cause)
    text = _text(id, status).fill(params or {})
    if _prefers_json():
        message = " ".join(filter(None, (text.title, text.text, text.todo)))
        response = jsonify({"error": {"id": id, "message": message, "reference": reference}})
    else:
        page = render_template("error.html", page="error", id=id, text=text, reference=reference, resume_url=resume_url)
        response = make_response(page)
    response.status_code = status
    return response


def _log(id: str, status: int, reference: str, params: Mapping[str, str | int], cause: Exception | None) -> None:
    details = presentable(" ".join(f"{name}={value!r}" for name, value in params.items()), LONGEST_LOG)
    level = logging.ERROR if status >= HTTPStatus.INTERNAL_SERVER_ERROR else logging.WARNING
    log.log(
        level, "%d %s reference=%s endpoint=%s %s", status, id, reference, request.endpoint, details, exc_info=cause
    )


def _text(id: str, status: HTTPStatus) -> Text:
    texts = load_texts()
    generic = UNEXPECTED if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "request-refused"
    return texts.get(id) or texts[generic]


def _prefers_json() -> bool:
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted["text/html"]
