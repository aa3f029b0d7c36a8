"""What must be accepted opens the right page (1EdTech LTI Advantage certification guide, §6.1), and a little more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select

from lti_tool.db import metadata
from lti_tool.demo_lms.claims import MEMBERSHIP
from tests.support.house import BASE, House

TEACHER, PUPIL = "2", "3"
NAMES = {"given_name": "Camille", "family_name": "Durand-Naïm", "name": "Camille Durand-Naïm"}
EMAIL = {"email": "camille.durand@ecole.example"}
STAFF = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Staff"
UNKNOWN = "http://purl.imsglobal.org/vocab/lis/v2/unknown/unknown#Helper"


@dataclass(frozen=True)
class Launch:
    """A launch that must succeed, and the page that it opens for a teacher and for a pupil."""

    name: str
    claims: dict[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    roles: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    pages: tuple[str, str] = ("class", "play")


CERTIFICATION = (
    Launch("normal"),
    Launch("several roles", roles=((MEMBERSHIP + "Instructor", STAFF), (MEMBERSHIP + "Learner", STAFF))),
    Launch("short role name", roles=(("Instructor",), ("Learner",))),
    Launch("unknown role", roles=((UNKNOWN,), ("Gardener",)), pages=("no-role", "no-role")),
    Launch("empty role list", roles=((), ()), pages=("no-role", "no-role")),
    Launch("e-mail only", EMAIL),
    Launch("names only", NAMES),
    Launch("no personal data"),
    Launch("e-mail without context", EMAIL, without=("context",)),
)

MORE = (
    Launch("audience in a list", {"aud": ["traamdemolms001"]}),
    Launch("several audiences and we are the party", {"aud": ["other", "traamdemolms001"], "azp": "traamdemolms001"}),
    Launch("audience and party", {"azp": "traamdemolms001"}),
    Launch("claims that nobody knows", {"https://example.org/claim": {"deep": [1, {"er": None}]}, "x": "y" * 5000}),
    Launch("optional claims that are null", {"context": None, "launch_presentation": None, "lis": None}),
    Launch("no grades asked for", without=("https://purl.imsglobal.org/spec/lti-ags/claim/endpoint",)),
    Launch("titles of 1000 characters", {"resource_link": {"id": "1", "title": "é" * 1000}}),
    Launch("titles in several scripts", {"context": {"id": "2", "title": "数学 — الرياضيات 🎓"}}),
    Launch(
        "custom parameters that are no strings",
        {"custom": {"limit": 5, "on": True, "list": ["a"]}},
        pages=("choose", "not-ready"),
    ),
    Launch("no custom parameter", without=("custom",), pages=("choose", "not-ready")),
    Launch("context of a group", {"context": {"id": "2", "type": ["Group"]}}),
    Launch("user that is not a number", {"sub": "a3f1c2e4-épinard"}),
    Launch("unknown role beside a known one", roles=((UNKNOWN, "Instructor"), (UNKNOWN, "Learner"))),
    Launch("teacher who is a pupil elsewhere", roles=((MEMBERSHIP + "Instructor", "Learner"), ("Learner",))),
    Launch(
        "administrator without a role in the course",
        roles=(("http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator",), ("Student",)),
    ),
    Launch(
        "instructor of the institution who learns here",
        roles=(
            ("http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#PrimaryInstructor",),
            ("http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor", MEMBERSHIP + "Learner"),
        ),
    ),
)


@pytest.mark.parametrize("person", [TEACHER, PUPIL], ids=["teacher", "pupil"])
@pytest.mark.parametrize("launch", [*CERTIFICATION, *MORE], ids=lambda launch: launch.name)
def test_a_good_launch_opens_its_page(launch: Launch, person: str, house: House) -> None:
    index = (TEACHER, PUPIL).index(person)
    claims = dict(launch.claims)
    if launch.roles is not None:
        claims["roles"] = list(launch.roles[index])
    visit = house.launch(person, "1", overrides=claims, without=launch.without)
    assert (visit.page.status_code, visit.name) == (200, launch.pages[index])


def test_neither_name_nor_email_is_kept(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.launch(PUPIL, overrides=NAMES | EMAIL)
    with house.services.database.read() as connection:
        kept = repr([connection.execute(select(table)).all() for table in metadata.sorted_tables])
    assert "Durand" not in kept + caplog.text
    assert "camille" not in (kept + caplog.text).lower()


@pytest.mark.parametrize("seconds", [-90, -30, 30])
def test_a_clock_that_is_a_little_off_is_forgiven(seconds: int, house: House) -> None:
    now = house.lms.now() + seconds
    assert house.launch(overrides={"iat": now, "exp": now + 60}).page.status_code == 200


def test_an_expiry_in_a_million_years_is_taken(house: House) -> None:
    assert house.launch(overrides={"exp": 10**13}).page.status_code == 200


def test_an_activity_may_be_named_by_the_target(house: House) -> None:
    custom = house.lms.claims(PUPIL, "1", nonce="")["https://purl.imsglobal.org/spec/lti/claim/custom"]["activity"]
    target = f"{BASE}/lti/launch?activity={custom}"
    assert house.launch(activity="9", overrides={"target_link_uri": target}).name == "play"


def test_a_target_may_have_many_parameters(house: House) -> None:
    target = f"{BASE}/lti/launch?" + "&".join(f"p{number}={number}" for number in range(100))
    assert house.launch(activity="9", overrides={"target_link_uri": target}).name == "not-ready"


def test_a_target_may_be_any_page_of_ours(house: House) -> None:
    assert house.launch(overrides={"target_link_uri": f"{BASE}/"}).name == "play"


def test_a_login_may_come_by_get(house: House) -> None:
    client = house.browser()
    answer = client.get("/lti/login", query_string=house.lms.start_login(PUPIL, "1"), base_url=BASE)
    assert answer.status_code == 302
    assert answer.location.startswith(house.lms.config.auth_url + "?")


def test_a_login_without_client_id_finds_the_only_client(house: House) -> None:
    form = house.lms.start_login(PUPIL, "1")
    del form["client_id"]
    assert house.browser().post("/lti/login", data=form, base_url=BASE).status_code == 302


def test_a_browser_that_says_nothing_of_itself_may_launch(house: House) -> None:
    login = house.login()
    token = house.lms.id_token(PUPIL, "1", nonce=login.nonce)
    assert house.post_token(login, token, headers={}).status_code == 200


def test_a_form_in_several_parts_is_a_form(house: House) -> None:
    login = house.login()
    form = {"id_token": house.lms.id_token(PUPIL, "1", nonce=login.nonce), "state": login.state}
    answer = login.client.post("/lti/launch", data=form, content_type="multipart/form-data", base_url=BASE)
    assert answer.status_code == 200


def test_a_new_key_of_the_platform_is_learned_without_a_restart(house: House) -> None:
    house.launch()
    house.lms.rotate_key(keep_old=False)
    assert house.launch().page.status_code == 200
