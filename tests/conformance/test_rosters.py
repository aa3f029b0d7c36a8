"""Rosters that lie, one test each: every one ends in a clear message, with nothing half-written and no secret told."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Response, request
from sqlalchemy import select

from lti_tool.contexts.models import contexts, people, roster_members
from lti_tool.demo_lms import create_demo_app
from lti_tool.demo_lms.tokens import Tokens
from lti_tool.lti.outgoing import PlatformUnreachable
from lti_tool.web.texts import load_texts
from tests.support.house import House, Visit

MEDIA = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
GOOD = [{"user_id": str(number), "roles": ["Learner"], "status": "Active"} for number in (3, 4, 5)]
TEACHER = "2"


@dataclass
class Liar:
    """The LMS of a house, whose roster is what a test says."""

    house: House
    answer: Callable[[], Response] | None = None
    tokens: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        lms = self.house.lms
        app = create_demo_app(lms)
        app.testing = True

        @app.before_request
        def lie() -> Response | None:
            self.tokens.add(request.headers.get("Authorization", "").removeprefix("Bearer "))
            return self.answer() if self.answer and "memberships" in request.path else None

        self.house.http.pages = app.test_client()
        platforms = self.house.services.platforms
        lms.tokens = Tokens(lambda _url: {"keys": [key.public_jwk() for key in platforms.tool_keys()]})

    @property
    def asked(self) -> int:
        """How often the roster was asked for."""
        return sum("memberships" in call for call in self.house.http.calls)

    def says(self, members: Any, link: str = "") -> None:
        """Answer with these members, and this next page."""
        headers = {"Link": f'<{link}>; rel="next"'} if link else {}
        self.answer = lambda: Response(json.dumps({"members": members}), content_type=MEDIA, headers=headers)


@pytest.fixture
def liar(house: House) -> Liar:
    return Liar(house)


@pytest.fixture
def teacher(liar: Liar) -> Visit:
    """The teacher's page of a course whose roster has come once, as it should."""
    page = liar.house.launch(TEACHER)
    assert page.get("class/list").page.status_code == 200
    return page


def rows(house: House) -> list[Any]:
    """Everything that a roster writes."""
    with house.services.database.read() as connection:
        return [connection.execute(select(table)).all() for table in (people, roster_members, contexts)]


def assert_refused(liar: Liar, teacher: Visit, error: str, *, most_calls: int = 1) -> None:
    """The page says why, shows the class as it was, and nothing was written."""
    before, calls = rows(liar.house), liar.asked
    page = teacher.post("class/roster", {})
    assert (page.page.status_code, page.name) == (200, "class")
    assert "La liste du cours n’a pas pu être mise à jour" in page.page.text
    assert load_texts()[error].text.partition("{")[0][:30] in page.page.text.replace("&#39;", "’")
    assert page.page.text.count('<th scope="row">') == 3
    assert rows(liar.house) == before
    assert liar.asked - calls <= most_calls


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/memberships",
        "http://elsewhere.example/memberships",
        "http://169.254.169.254/latest/meta-data",
        "https://127.0.0.1:8001/memberships",
        "http://127.0.0.1:8002/memberships",
        "http://localhost:8001/memberships",
        "file:///etc/passwd",
        "//elsewhere.example/memberships",
    ],
)
def test_a_next_page_of_another_host_port_or_scheme_is_not_followed(liar: Liar, teacher: Visit, link: str) -> None:
    liar.says(GOOD[:1], link)
    assert_refused(liar, teacher, "roster-elsewhere")


def test_a_next_page_that_is_the_same_page(liar: Liar, teacher: Visit) -> None:
    liar.says(GOOD[:1], liar.house.lms.config.memberships_url + "?limit=100")
    assert_refused(liar, teacher, "roster-endless", most_calls=1)


def test_pages_that_go_round_in_circles(liar: Liar, teacher: Visit) -> None:
    url = liar.house.lms.config.memberships_url
    turns = iter(range(1000))

    def answer() -> Response:
        link = f'<{url}?page={next(turns) % 3}>; rel="next"'
        return Response(json.dumps({"members": GOOD[:1]}), headers={"Link": link})

    liar.answer = answer
    assert_refused(liar, teacher, "roster-endless", most_calls=5)


def test_a_hundred_pages(liar: Liar, teacher: Visit) -> None:
    url = liar.house.lms.config.memberships_url
    numbers = iter(range(1, 1000))

    def answer() -> Response:
        number = next(numbers)
        members = [{"user_id": f"page-{number}", "roles": ["Learner"]}]
        link = f'<{url}?page={number}>; rel="next"' if number < 100 else ""
        return Response(json.dumps({"members": members}), headers={"Link": link})

    liar.answer = answer
    assert_refused(liar, teacher, "roster-endless", most_calls=50)


def test_a_second_page_that_fails(liar: Liar, teacher: Visit) -> None:
    url = liar.house.lms.config.memberships_url

    def answer() -> Response:
        if "page" in request.args:
            return Response(status=500)
        members = [{"user_id": "99", "roles": ["Learner"]}]
        return Response(json.dumps({"members": members}), headers={"Link": f'<{url}?page=2>; rel="next"'})

    liar.answer = answer
    assert_refused(liar, teacher, "service-refuses", most_calls=2)


@pytest.mark.parametrize(
    "members",
    [
        None,
        {},
        "3",
        [None],
        [[]],
        [{}],
        [{"user_id": None}],
        [{"user_id": ["3"]}],
        [{"user_id": "x" * 10_000}],
        [*GOOD, {"user_id": ""}],
        [*GOOD, {"user_id": "8", "roles": {"Learner": True}}],
        [*GOOD, {"user_id": "8", "roles": [None]}],
        [*GOOD, {"user_id": "a\x00"}],
    ],
)
def test_members_of_wrong_shapes(liar: Liar, teacher: Visit, members: Any) -> None:
    liar.says(members)
    assert_refused(liar, teacher, "roster-malformed")


@pytest.mark.parametrize("body", [b"", b"<html>Maintenance</html>", b"[]", b"\xff\xfe", b"[" * 50_000])
def test_an_answer_that_is_no_roster(liar: Liar, teacher: Visit, body: bytes) -> None:
    liar.answer = lambda: Response(body, content_type=MEDIA)
    assert_refused(liar, teacher, "roster-malformed")


def test_more_people_than_a_school_has(liar: Liar, teacher: Visit) -> None:
    liar.says([{"user_id": str(number), "roles": ["Learner"]} for number in range(5001)])
    assert_refused(liar, teacher, "roster-too-long")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500, 503])
def test_a_platform_that_refuses(liar: Liar, teacher: Visit, status: int) -> None:
    liar.answer = lambda: Response(status=status)
    assert_refused(liar, teacher, "service-refuses", most_calls=2)


@pytest.mark.parametrize("error", ["platform-slow", "platform-unreachable", "platform-answer-too-long"])
def test_a_platform_that_is_slow_down_or_endless(liar: Liar, teacher: Visit, error: str) -> None:
    def answer() -> Response:
        raise PlatformUnreachable(error, host="127.0.0.1")

    liar.answer = answer
    assert_refused(liar, teacher, error)


def test_people_who_are_listed_twice_are_there_once(liar: Liar, teacher: Visit) -> None:
    liar.says([*GOOD, *GOOD, {"user_id": "3", "roles": ["Learner"], "status": "Active"}])
    page = teacher.post("class/roster", {})
    assert page.page.text.count('<th scope="row">') == 3
    assert "n’est plus dans le cours" not in page.page.text


def test_a_roster_without_names_or_roles_makes_nobody_a_pupil(liar: Liar, teacher: Visit) -> None:
    liar.says([{"user_id": "8", "roles": []}, {"user_id": "9", "roles": ["Gardener"]}])
    assert teacher.post("class/roster", {}).page.text.count('<th scope="row">') == 0


def test_names_and_e_mail_that_nobody_asked_for_are_not_kept(liar: Liar, teacher: Visit) -> None:
    liar.says(
        [{**GOOD[0], "name": "Zoé Martin", "email": "zoe@example.fr", "picture": "https://elsewhere.example/z.png"}]
    )
    page = teacher.post("class/roster", {})
    assert "Zoé" not in page.page.text
    assert "Zoé" not in repr(rows(liar.house))
    assert "zoe@example.fr" not in repr(rows(liar.house))


def test_no_token_person_or_query_is_in_the_log(liar: Liar, teacher: Visit, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    liar.says([*GOOD, {"user_id": ""}], "https://elsewhere.example/m?secret=1")
    assert_refused(liar, teacher, "roster-malformed")
    liar.says([{"user_id": "pseudonyme-7f3a", "roles": []}], "https://elsewhere.example/m?secret=1")
    assert_refused(liar, teacher, "roster-elsewhere")
    said = caplog.text
    assert "roster not read: roster-elsewhere" in said
    for secret in (*liar.tokens - {""}, "pseudonyme-7f3a", "secret=1", "limit="):
        assert secret not in said
