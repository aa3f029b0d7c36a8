"""What stands before every service: Moodle's dispatch, the bearer token, and the shape of a refusal.

An address is found by path, method *and* media type: what does not fit exactly is 400 « No handler found ».
"""

from __future__ import annotations

import json

from flask import Response, request

from lti_tool.demo_lms.config import COURSE_ID
from lti_tool.demo_lms.errors import ScoreRefused, ServiceRefused
from lti_tool.demo_lms.lms import DemoLMS

LONGEST_REASON = 500


def require_type(media_type: str) -> None:
    """Refuse (400) a GET that accepts, or a POST or PUT that carries, anything but exactly this media type."""
    accepted = request.headers.get("Accept", "")
    carried = request.headers.get("Content-Type", "").partition(";")[0].strip()
    anything = request.method == "GET" and (not accepted or "*/*" in accepted)
    if not anything and media_type != (accepted if request.method == "GET" else carried):
        raise no_handler()


def no_handler() -> ServiceRefused:
    """What Moodle says to a path, method or media type that it does not serve."""
    accept, content = request.headers.get("Accept", ""), request.headers.get("Content-Type", "")
    path = request.path.removeprefix("/services")
    return ServiceRefused(400, f"No handler found for {path} {accept} {content}")


def require_token(lms: DemoLMS, *scopes: str) -> None:
    """Refuse a call without a live token that has one of the scopes (401)."""
    lms.tokens.check(request.headers.get("Authorization", ""), *scopes, now=lms.clock())


def require_course(lms: DemoLMS, course: str, type_id: str | None) -> None:
    """Refuse a call for another tool, or for none, which Moodle lets pass (401), or for an unknown course (404)."""
    if type_id != lms.config.deployment_id:
        raise ServiceRefused(401, "Unauthorized")
    if course != COURSE_ID:
        raise ServiceRefused(404, f"Not Found: Course {course} doesn't exist")


def enter(lms: DemoLMS, media_type: str | None, course: str, *scopes: str) -> None:
    """All of it, in Moodle's order, for a grade service; no media type for a call that carries nothing."""
    if media_type is not None:
        require_type(media_type)
    require_token(lms, *scopes)
    require_course(lms, course, request.args.get("type_id"))


def json_response(value: object, media_type: str, *, status: int = 200) -> Response:
    """A JSON answer of that media type."""
    return Response(json.dumps(value), status=status, content_type=media_type)


def refusal_response(refusal: ServiceRefused) -> Response:
    """The reason in the status line, made safe for it; in the body once more, or ``[]`` for a score."""
    printable = "".join(char if " " <= char <= "~" else "?" for char in refusal.reason)
    asked = {"method": request.method, "url": request.full_path.rstrip("?")}
    again = {"status": refusal.code, "reason": refusal.reason, "request": asked}
    body = "[]" if isinstance(refusal, ScoreRefused) else json.dumps(again)
    response = Response(body, status=f"{refusal.code} {printable[:LONGEST_REASON]}", mimetype="application/json")
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response
