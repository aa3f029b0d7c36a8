"""Reading rosters: every page of them, or nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from lti_tool.errors import ToolError
from lti_tool.lti.connector import ServiceAnswer
from lti_tool.lti.keys import ToolKey
from lti_tool.lti.nrps import MEMBERS, MEMBERS_TYPE, MOST_MEMBERS, MOST_PAGES, Member, RosterUnreadable, one_line
from lti_tool.lti.outgoing import AddressRefused, OutgoingHTTP, PlatformUnreachable
from lti_tool.lti.roles import Role
from lti_tool.lti.services import Services
from tests.lti_tool.lti.scripted_server import Asked, Reply, ScriptedServer

KEY = ToolKey("kid-1", generate_private_key(public_exponent=65537, key_size=2048))
NOW = datetime(2026, 11, 25, 10, 0, 0, tzinfo=UTC)
LEARNER = frozenset({Role.LEARNER})


def member(user_id: object = "3", *roles: str, **more: Any) -> dict[str, Any]:
    return {"user_id": user_id, "roles": list(roles) or ["Learner"], "status": "Active", **more}


def page(*members: object, link: str = "") -> Reply:
    """A page of a roster, with a `Link` header."""
    headers = {"Link": link.encode().decode("latin-1")} if link else {}
    return Reply(body=json.dumps({"id": "x", "members": list(members)}).encode(), headers=headers)


@dataclass
class Platform:
    """Gives tokens, and the pages that a test tells."""

    pages: Callable[[Asked], Reply] = lambda _asked: page()
    asked: list[Asked] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply:
        if asked.path == "/token":
            return Reply(body=b'{"access_token": "t", "expires_in": 3600}')
        self.asked.append(asked)
        return self.pages(asked)


@dataclass
class Bench:
    platform: Platform
    server: ScriptedServer
    services: Services

    @property
    def url(self) -> str:
        return f"{self.server.url}/memberships?type_id=3"

    def read(self, *, with_names: bool = False) -> list[Member]:
        return self.services.nrps(self.server.registration()).members(self.url, with_names=with_names)

    def refusal(self) -> str:
        """The id of the error that reading ends in."""
        with pytest.raises(ToolError) as caught:
            self.read()
        assert "type_id" not in str(caught.value)
        return caught.value.id


@pytest.fixture
def bench() -> Iterator[Bench]:
    platform = Platform()
    with ScriptedServer(platform) as server:
        door = OutgoingHTTP(development=True, total_seconds=1)
        yield Bench(platform, server, Services(door, signing_key=lambda: KEY, clock=lambda: NOW))


def test_a_roster_is_asked_for_as_moodle_wants_it(bench: Bench) -> None:
    bench.platform.pages = lambda _asked: page(member("3"), member("2", "Instructor"))
    assert [(person.user_id, person.is_learner) for person in bench.read()] == [("3", True), ("2", False)]
    (asked,) = bench.platform.asked
    assert asked.headers["accept"] == MEMBERS_TYPE
    assert asked.path == "/memberships?type_id=3&limit=100"
    (token,) = [asked for asked in bench.server.asked if asked.path == "/token"]
    assert parse_qs(token.body.decode())["scope"] == [MEMBERS]


@pytest.mark.parametrize(
    "link",
    [
        '<{url}&from=100>; rel="next"',
        "<{url}&amp;from=100>; rel=“next”",
        "<{url}&from=100>;REL=next",
        '</memberships?type_id=3&from=100>; rel="next"',
        '<{url}>; rel="first", <{url}&from=100>; rel="next"',
    ],
)
def test_every_page_is_read_however_the_next_one_is_told(bench: Bench, link: str) -> None:
    def pages(asked: Asked) -> Reply:
        if "from=100" in asked.path:
            return page(member("4"))
        return page(member("3"), link=link.format(url=bench.url))

    bench.platform.pages = pages
    assert [person.user_id for person in bench.read()] == ["3", "4"]
    assert parse_qs(urlsplit(bench.platform.asked[-1].path).query) == {"type_id": ["3"], "from": ["100"]}


def test_the_case_of_the_next_address_is_kept(bench: Bench) -> None:
    bench.platform.pages = lambda asked: (
        page() if "AbC" in asked.path else page(link=f'<{bench.server.url}/Next?q=AbC>; rel="next"')
    )
    bench.read()
    assert bench.platform.asked[-1].path == "/Next?q=AbC"


@pytest.mark.parametrize(
    "link",
    [
        "http://elsewhere.example/memberships",
        "https://127.0.0.1/memberships",
        "http://localhost:{port}/memberships",
        "http://127.0.0.1:1/memberships",
        "//elsewhere.example/memberships",
        "http://[::1/memberships",
        "ftp://127.0.0.1:{port}/memberships",
    ],
)
def test_a_next_page_elsewhere_is_not_followed(bench: Bench, link: str) -> None:
    bench.platform.pages = lambda _asked: page(member(), link=f'<{link.format(port=bench.server.port)}>; rel="next"')
    assert bench.refusal() == "roster-elsewhere"
    assert len(bench.platform.asked) == 1


@pytest.mark.parametrize(
    "url", ["https://elsewhere.example/m", "http://127.0.0.1:8001:x@elsewhere.example/m", "http://169.254.169.254/m"]
)
def test_a_roster_elsewhere_than_on_the_registrations_hosts_is_never_asked_for(bench: Bench, url: str) -> None:
    with pytest.raises(AddressRefused):
        bench.services.nrps(bench.server.registration()).members(url, with_names=False)
    assert bench.platform.asked == []


def test_a_roster_that_leads_back_to_itself_is_refused(bench: Bench) -> None:
    bench.platform.pages = lambda _asked: page(member(), link=f'<{bench.url}&from=7>; rel="next"')
    assert bench.refusal() == "roster-endless"
    assert len(bench.platform.asked) == 2


def test_a_roster_of_too_many_pages_is_refused(bench: Bench) -> None:
    def pages(asked: Asked) -> Reply:
        number = int(parse_qs(urlsplit(asked.path).query).get("from", ["0"])[0])
        return page(member(str(number)), link=f'<{bench.url}&from={number + 1}>; rel="next"')

    bench.platform.pages = pages
    assert bench.refusal() == "roster-endless"
    assert len(bench.platform.asked) == MOST_PAGES


def test_a_roster_of_too_many_people_is_refused(bench: Bench) -> None:
    bench.platform.pages = lambda _asked: page(*({"user_id": str(n), "roles": []} for n in range(MOST_MEMBERS + 1)))
    assert bench.refusal() == "roster-too-long"


def test_a_roster_of_five_thousand_is_read(bench: Bench) -> None:
    bench.platform.pages = lambda _asked: page(*({"user_id": str(n), "roles": []} for n in range(MOST_MEMBERS)))
    assert len(bench.read()) == MOST_MEMBERS


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"{}", b'{"members": {}}', b'{"members": null}', b"\xff", b"[" * 100_000],
    ids=["empty", "html", "list", "no members", "object", "null", "not utf-8", "deep"],
)
def test_what_is_not_a_roster_is_refused(bench: Bench, body: bytes) -> None:
    bench.platform.pages = lambda _asked: Reply(body=body)
    assert bench.refusal() == "roster-malformed"


@pytest.mark.parametrize(
    "entry",
    [
        None,
        "3",
        [],
        {},
        {"user_id": ""},
        {"user_id": None},
        {"user_id": True},
        {"user_id": 1.5},
        {"user_id": "x" * 256},
        {"user_id": "a\x00b"},
        {"user_id": "\ud800"},
        {"user_id": "3", "roles": "Learner"},
        {"user_id": "3", "roles": [1]},
        {"user_id": "3", "roles": None},
    ],
)
def test_one_entry_of_a_wrong_shape_spoils_the_roster(bench: Bench, entry: object) -> None:
    bench.platform.pages = lambda _asked: page(member("9"), entry)
    assert bench.refusal() == "roster-malformed"


def test_a_number_is_an_identifier_too(bench: Bench) -> None:
    bench.platform.pages = lambda _asked: page(member(7))
    assert bench.read() == [Member("7", LEARNER, active=True)]


def test_a_person_who_is_there_twice_is_one_person(bench: Bench) -> None:
    bench.platform.pages = lambda _asked: page(member("3"), member("3", "Instructor"), member("3"))
    (person,) = bench.read()
    assert person.roles == {Role.LEARNER, Role.TEACHER}
    assert not person.is_learner


@pytest.mark.parametrize("status", ["Inactive", "Deleted", "", 7])
def test_who_is_not_active_does_not_learn_here(bench: Bench, status: object) -> None:
    bench.platform.pages = lambda _asked: page(member("3", status=status))
    assert not bench.read()[0].is_learner


def test_names_are_read_only_where_they_are_wanted_and_e_mail_never(bench: Bench) -> None:
    bench.platform.pages = lambda _asked: page(
        member("3", name=" Zoé\n Martin ", email="zoe@example.fr"),
        member("4", given_name="Max", family_name="Petit"),
        member("5", name=["?"]),
        member("6"),
    )
    assert [person.name for person in bench.read()] == [None] * 4
    named = bench.read(with_names=True)
    assert [person.name for person in named] == ["Zoé Martin", "Max Petit", None, None]
    assert "zoe@example.fr" not in repr(named)


def test_a_name_is_a_line_that_can_be_printed() -> None:
    assert one_line("  A\u202eB\x07\tC\n  d  ", 255) == "AB C d"
    assert len(one_line("d" * 300, 255)) == 255


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500, 302])
def test_a_refusal_of_the_platform_is_told_with_its_status(bench: Bench, status: int) -> None:
    bench.platform.pages = lambda _asked: Reply(status, "Unauthorized")
    with pytest.raises(ServiceAnswer) as caught:
        bench.read()
    assert caught.value.params["status"] == status


def test_a_body_of_ten_megabytes_is_not_read(bench: Bench) -> None:
    bench.platform.pages = lambda _asked: Reply(body=b" " * 10_000_000)
    with pytest.raises(PlatformUnreachable) as caught:
        bench.read()
    assert caught.value.id == "platform-answer-too-long"


def test_a_slow_roster_is_given_up(bench: Bench) -> None:
    def drip() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
        for _ in range(100):
            threading.Event().wait(0.05)
            yield b" "

    bench.platform.pages = lambda _asked: Reply(raw=drip)
    assert bench.refusal() == "platform-slow"


def test_what_is_unreadable_names_the_host_only(bench: Bench) -> None:
    bench.platform.pages = lambda _asked: page(None)
    with pytest.raises(RosterUnreadable) as caught:
        bench.read()
    assert caught.value.params == {"host": "127.0.0.1"}
