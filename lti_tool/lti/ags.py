"""Assignment and Grade Services 2.0: scores, results, line items."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from pylti1p3.assignments_grades import AssignmentsGradesService
from pylti1p3.exception import LtiException
from pylti1p3.grade import Grade
from pylti1p3.lineitem import LineItem

from lti_tool.lti.connector import ScopeMissing, ServiceAnswer, ServiceClient
from lti_tool.lti.outgoing import Response, http_date
from lti_tool.lti.registration import host_of

SCORE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
RESULT: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
LINE_ITEM: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
LINE_ITEM_READ: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly"

SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
LONGEST_WAIT = 24 * 3600


@dataclass(frozen=True, slots=True)
class ScorePost:
    """A final score (AGS §3.4). `timestamp` orders the scores of a person; `user_id` is the `sub` of a launch."""

    user_id: str
    score: float
    maximum: float
    timestamp: datetime
    comment: str | None = None
    started_at: datetime | None = None
    submitted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ScoreAnswer:
    """What the platform says to a score. `retry_after` in seconds; `date` is the platform's own clock.

    `is_page`: under a status of success it is a web page, which has stored nothing.
    """

    status: int
    reason: str
    retry_after: int | None = None
    date: datetime | None = None
    is_page: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """A grade as the platform has it (AGS §3.3), on its own scale."""

    score: float
    maximum: float

    def equals(self, score: float, maximum: float) -> bool:
        """Whether it is the same share; platforms keep five decimals."""
        if self.maximum <= 0 or maximum <= 0:
            return False
        return math.isclose(self.score / self.maximum, score / maximum, abs_tol=1e-4)


class AGS:
    """The service for one registration. Each call asks only for the right it needs, if the launch `granted` it."""

    def __init__(self, client: ServiceClient, granted: Collection[str]) -> None:
        self._client = client
        self._granted = frozenset(granted)

    def post_score(self, line_item_url: str, score: ScorePost) -> ScoreAnswer:
        """Post a final score; any status is an answer. Raises `ScopeMissing`, `TokenRefused`, and as the HTTP door.

        Always FullyGraded: Moodle erases the grade on anything else. Always with the comment, if there is one:
        Moodle clears the earlier one otherwise.
        """
        answer = self._client.call(
            [self._needed(SCORE)],
            below(line_item_url, "scores"),
            method="POST",
            data=_grade(score).get_value(),
            content_type=SCORE_TYPE,
            accept=SCORE_TYPE,
        )
        return ScoreAnswer(
            answer.status, answer.reason, self._wait(answer), answer.date, answer.ok and _is_page(answer)
        )

    def results(self, line_item_url: str, user_id: str) -> list[Result]:
        """The grades of one person in one column: one or none. Raises `ServiceAnswer` and as `post_score`."""
        found = self._results(with_query(line_item_url, user_id=user_id))
        return [result for user, result in found if user == user_id]

    def column_results(self, line_item_url: str) -> dict[str, Result]:
        """The grades of a whole column by `user_id`; who has none is not there. Raises as `results` does."""
        return dict(self._results(line_item_url))

    def _results(self, line_item_url: str) -> list[tuple[str, Result]]:
        # The library keeps the query of the line item and puts `/results` before it.
        service = self._service(RESULT, "")
        with _translated(line_item_url):
            rows = [row for row in service.get_grades(LineItem({"id": line_item_url})) if isinstance(row, dict)]
        found = []
        for row in rows:
            score, maximum = _number(row.get("resultScore")), _number(row.get("resultMaximum", 1))
            if score is not None and maximum is not None:
                found.append((str(row.get("userId")), Result(score, maximum)))
        return found

    def find_line_item(self, container_url: str, *, resource_link_id: str, resource_id: str) -> str | None:
        """The address of the column of this link and resource, if there is one."""
        scope = LINE_ITEM if LINE_ITEM in self._granted else LINE_ITEM_READ
        service = self._service(scope, with_query(container_url, resource_link_id=resource_link_id))
        with _translated(container_url):
            for item in service.get_lineitems():
                # Platforms may ignore the filter: what counts is what the line items say.
                mine = (str(item.get("resourceLinkId")), str(item.get("resourceId"))) == (resource_link_id, resource_id)
                if mine and isinstance(item.get("id"), str):
                    return item["id"]
        return None

    def create_line_item(
        self, container_url: str, *, resource_link_id: str, resource_id: str, tag: str, label: str, maximum: float
    ) -> str:
        """Make a column bound to a link, and give its address. Call it only when `find_line_item` found none."""
        item = LineItem()
        item.set_resource_link_id(resource_link_id).set_resource_id(resource_id).set_tag(tag).set_label(label)
        item.set_score_maximum(_whole(maximum))
        with _translated(container_url):
            url = self._service(LINE_ITEM, container_url).create_lineitem(item).get_id()
        if not isinstance(url, str) or not url:
            raise _wrong(container_url)
        return url

    def _service(self, scope: str, container_url: str) -> AssignmentsGradesService:
        """The library's service, told of one scope only: it asks for all that it is told of."""
        return AssignmentsGradesService(self._client, {"scope": [self._needed(scope)], "lineitems": container_url})

    def _needed(self, scope: str) -> Any:
        if scope not in self._granted:
            raise ScopeMissing("scope-missing", scope=scope.rpartition("/")[2])
        return scope

    def _wait(self, answer: Response) -> int | None:
        """`Retry-After` in seconds, from either of its two forms (RFC 9110 §10.2.3)."""
        text = answer.headers.get("retry-after", "").strip()
        if text.isascii() and text.isdigit():
            return min(int(text[:9]), LONGEST_WAIT)
        until = http_date(text)
        return None if until is None else min(max(int((until - self._client.clock()).total_seconds()), 0), LONGEST_WAIT)


def below(url: str, name: str) -> str:
    """The address of a part of a resource: `/scores` goes before the query, which is kept (Moodle: `?type_id=`)."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{name}", fragment=""))


def with_query(url: str, **more: str) -> str:
    """The address with more in its query; what it has already stays."""
    parts = urlsplit(url)
    query = "&".join(part for part in (parts.query, urlencode(more)) if part)
    return urlunsplit(parts._replace(query=query, fragment=""))


def _grade(score: ScorePost) -> Grade:
    grade = Grade()
    grade.set_user_id(score.user_id)
    grade.set_score_given(_whole(score.score)).set_score_maximum(_whole(score.maximum))
    grade.set_activity_progress("Completed").set_grading_progress("FullyGraded")
    grade.set_timestamp(_iso(score.timestamp))
    if score.comment is not None:
        grade.set_comment(score.comment)
    if score.started_at is not None:
        grade.set_started_at(_iso(score.started_at))
    if score.submitted_at is not None:
        grade.set_submitted_at(_iso(score.submitted_at))
    return grade


def _iso(moment: datetime) -> str:
    """ISO 8601 with a zone and, as AGS §3.4.7 asks, parts of a second."""
    return moment.isoformat(timespec="milliseconds")


def _whole(value: float) -> float:
    """A whole number without its `.0`: some platforms want integers."""
    if not math.isfinite(value):
        raise ValueError("a score that is not a number")
    return int(value) if float(value).is_integer() else value


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _is_page(answer: Response) -> bool:
    return "html" in answer.headers.get("content-type", "").lower() and bool(answer.body.strip())


@contextmanager
def _translated(url: str) -> Iterator[None]:
    """The library's complaints about an answer as ours."""
    try:
        yield
    except (LtiException, TypeError, AttributeError):
        raise _wrong(url) from None


def _wrong(url: str) -> ServiceAnswer:
    return ServiceAnswer("service-answer-wrong", host=host_of(url)[0], status=200, said="")
