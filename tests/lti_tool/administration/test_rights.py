"""What the administrator of one platform may do: every view and every id, checked against that platform."""

from __future__ import annotations

import pytest

from lti_tool.platforms.deployments import DeploymentState
from lti_tool.platforms.service import NewPlatform
from tests.support.administrator import Administrator, administrator_of, error_of, operator
from tests.support.house import House

OTHER = NewPlatform(
    issuer="https://other.example",
    client_id="other",
    auth_url="https://other.example/auth",
    token_url="https://other.example/token",
    jwks_url="https://other.example/certs",
    deployment_id="9",
    name="Un autre Moodle",
)
SETTINGS = {"name": "Un nom", "time_zone": "Indian/Reunion"}
OPERATOR_PAGES = ["invitations", "keys", "health"]
OPERATOR_BUTTONS = ["invitations", "invitations/1/revoke", "keys", "platforms/{own}/rights", "platforms/{other}/rights"]


@pytest.fixture
def other(house: House) -> int:
    """A second platform of the tool."""
    return house.services.platforms.add(OTHER)


@pytest.fixture
def own(house: House) -> int:
    return house.services.platforms.records.all()[0].id


@pytest.fixture
def who(house: House, own: int, other: int) -> Administrator:
    """An administrator of the first platform."""
    return administrator_of(house, own)


def deployment_of(house: House, registration_id: int) -> int:
    return house.services.platforms.deployments.of(registration_id)[0].id


def test_only_ones_own_platform_is_listed(who: Administrator) -> None:
    page = who.get("platforms").text
    assert "Moodle" in page
    assert "Un autre Moodle" not in page


def test_the_page_of_another_platform_does_not_exist(who: Administrator, own: int, other: int) -> None:
    assert who.get(f"platforms/{own}").status_code == 200
    answer = who.get(f"platforms/{other}")
    assert (answer.status_code, error_of(answer)) == (404, "platform-not-here")


def test_ones_own_platform_may_be_described_and_no_other(
    house: House, who: Administrator, own: int, other: int
) -> None:
    assert who.post(f"platforms/{own}", SETTINGS).status_code == 303
    assert who.post(f"platforms/{other}", SETTINGS).status_code == 404
    records = house.services.platforms.records
    assert (records.one(own).name, records.one(own).time_zone) == ("Un nom", "Indian/Reunion")
    assert records.one(other).name == "Un autre Moodle"


def test_deployments_of_ones_own_platform_may_be_decided_and_no_others(
    house: House, who: Administrator, own: int, other: int
) -> None:
    mine, theirs = deployment_of(house, own), deployment_of(house, other)
    assert who.post(f"platforms/{own}/deployments/{mine}", {"action": "refuse"}).status_code == 303
    assert who.post(f"platforms/{other}/deployments/{theirs}", {"action": "refuse"}).status_code == 404
    answer = who.post(f"platforms/{own}/deployments/{theirs}", {"action": "refuse"})
    assert (answer.status_code, error_of(answer)) == (404, "deployment-not-here")
    states = house.services.platforms.deployments
    assert states.of(own)[0].state == DeploymentState.REFUSED
    assert states.of(other)[0].state == DeploymentState.ACCEPTED


@pytest.mark.parametrize("path", OPERATOR_PAGES)
def test_the_operators_pages_are_the_operators(path: str, who: Administrator) -> None:
    answer = who.get(path)
    assert (answer.status_code, error_of(answer)) == (403, "admin-operator-only")


@pytest.mark.parametrize("path", OPERATOR_BUTTONS)
def test_the_operators_buttons_are_the_operators(
    path: str, house: House, who: Administrator, own: int, other: int
) -> None:
    house.services.platforms.invitations.make("Une autre encore")
    answer = who.post(path.format(own=own, other=other), {"name": "X", "academie": "Paris", "at_once": "1"})
    assert (answer.status_code, error_of(answer)) == (403, "admin-operator-only")
    assert len(house.services.platforms.invitations.all()) == 1
    assert len(house.services.platforms.tool_keys()) == 1
    assert house.services.platforms.records.one(own).academie is None


def test_the_values_to_copy_are_everybodys(who: Administrator) -> None:
    assert who.get("values").status_code == 200


@pytest.mark.parametrize(
    "path", ["", "platforms", "platforms/1", *OPERATOR_PAGES, "values"], ids=lambda path: path or "home"
)
def test_every_page_asks_to_sign_in(path: str, house: House) -> None:
    answer = Administrator(house.browser()).get(path)
    if path == "":
        assert answer.status_code == 303
        return
    assert (answer.status_code, error_of(answer)) == (401, "admin-sign-in-needed")


@pytest.mark.parametrize(
    "path", ["platforms/1", "platforms/1/rights", "platforms/1/deployments/1", *OPERATOR_BUTTONS[:3], "sign-out"]
)
def test_every_button_asks_to_sign_in(path: str, house: House) -> None:
    answer = Administrator(house.browser()).post(path, {"action": "accept", "name": "X"})
    assert (answer.status_code, error_of(answer)) == (401, "admin-sign-in-needed")


def test_the_operator_may_do_it_all(house: House, own: int, other: int) -> None:
    who = operator(house)
    assert "Un autre Moodle" in who.get("platforms").text
    assert who.post(f"platforms/{other}", SETTINGS).status_code == 303
    rights = {"academie": "Créteil", "admin_launch": "1"}
    assert who.post(f"platforms/{other}/rights", rights).status_code == 303
    record = house.services.platforms.records.one(other)
    assert (record.academie, record.admin_launch, record.registration.active) == ("Créteil", True, False)


@pytest.mark.parametrize(
    ("path", "form", "error"),
    [
        ("platforms/1", {"name": " ", "time_zone": "Europe/Paris"}, "platform-name"),
        ("platforms/1", {"name": "a" * 256, "time_zone": "Europe/Paris"}, "platform-name"),
        ("platforms/1", {"name": "a\u0000b", "time_zone": "Europe/Paris"}, "platform-name"),
        ("platforms/1", {"name": "Bien", "time_zone": "../etc/passwd"}, "platform-zone"),
        ("platforms/1/rights", {"academie": "Atlantide"}, "platform-academie"),
        ("invitations", {"name": "Bien", "academie": "Atlantide"}, "platform-academie"),
        ("platforms/1/deployments/1", {"action": "delete"}, "request-malformed"),
    ],
)
def test_what_cannot_be_is_refused(path: str, form: dict[str, str], error: str, house: House) -> None:
    answer = operator(house).post(path, form)
    assert (answer.status_code, error_of(answer)) == (400, error)
