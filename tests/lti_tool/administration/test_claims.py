"""The claims of an administrator's launch, checked one by one."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import inspect

from lti_tool.lti.claims_check import Feature, State, check_claims, claims_of
from lti_tool.web.texts import load_texts
from tests.support.administrator import ADMINISTRATOR_ROLES, Administrator, error_of
from tests.support.house import House, Visit

CUSTOM = {"custom": {"groups": "4,5", "course_history": "", "traam_test": "1"}}
VARIABLES = {"custom": {"groups": "$Moodle.Person.userGroupIds", "course_history": "$Context.id.history"}}


def launched(house: House, **overrides: Any) -> Visit:
    return house.launch("2", "1", overrides={"roles": ADMINISTRATOR_ROLES, **CUSTOM, **overrides})


def states(page: str) -> dict[str, str]:
    return dict(re.findall(r'data-check="([a-z-]+)" data-state="([a-z]+)"', page))


def test_a_test_launch_shows_what_was_received(house: House) -> None:
    visit = launched(house)
    assert visit.name == "admin-claims"
    found = states(visit.page.text)
    assert found["claims-issuer"] == found["claims-score"] == found["claims-roster"] == found["claims-groups"] == "ok"
    assert found["claims-history"] == "ok", "a course that is no copy has an empty history"
    assert found["claims-name"] == "missing"
    assert found["claims-accepts"] == "elsewhere"
    assert house.lms.config.base_url in visit.page.text


def test_a_variable_that_was_not_replaced_has_not_come(house: House) -> None:
    login = house.login("2", "1")
    token = house.lms.id_token("2", "1", nonce=login.nonce, overrides=VARIABLES)
    found = {check.id: check.state for check in check_claims(claims_of(token))}
    assert found["claims-groups"] is State.MISSING
    assert found["claims-history"] is State.MISSING


def test_what_is_missing_is_said_with_what_to_do(house: House) -> None:
    ags = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
    visit = launched(house, **{ags: {"scope": [], "lineitems": "https://moodle.example/lineitems"}})
    assert states(visit.page.text)["claims-score"] == "missing"
    assert "Aucune note ne partira" in visit.page.text


@pytest.mark.parametrize("user", ["2", "3"], ids=["teacher", "pupil"])
def test_nobody_but_an_administrator_gets_the_page(user: str, house: House) -> None:
    visit = house.launch(user, "1", overrides={"custom": {"traam_test": "1"}})
    assert visit.name != "admin-claims"


def test_the_button_of_an_administrators_page_shows_the_same(house: House) -> None:
    visit = house.launch("2", "1", overrides={"roles": ADMINISTRATOR_ROLES})
    found = re.search(r'name="claims" value="([^"]+)"', visit.page.text)
    assert found
    tab = Administrator(house.browser())
    page = tab.post("check", {"claims": unescape(found[1])})
    assert page.status_code == 200
    assert states(page.text)["claims-issuer"] == "ok"


def test_claims_that_we_have_not_sealed_are_not_shown(house: House) -> None:
    page = Administrator(house.browser()).post("check", {"claims": "eyJpc3MiOiJldmlsIn0.abc.def"})
    assert (page.status_code, error_of(page)) == (403, "claims-over")


def test_nothing_of_it_is_stored(house: House) -> None:
    launched(house, custom={"traam_test": "1", "groups": "une-valeur-rare"})
    with house.services.database.read() as connection:
        names = inspect(connection).get_table_names()
        rows = [str(connection.exec_driver_sql(f'SELECT * FROM "{name}"').all()) for name in names]  # noqa: S608
    assert not [row for row in rows if "une-valeur-rare" in row]


def test_every_check_has_its_text() -> None:
    assert {check.id for check in check_claims({})} <= set(load_texts())


def test_every_feature_is_looked_at() -> None:
    assert {check.feature for check in check_claims({})} == set(Feature)


@pytest.mark.parametrize("hostile", [{}, {"https://purl.imsglobal.org/spec/lti/claim/custom": 7, "aud": [], "iss": {}}])
def test_claims_of_any_shape_can_be_looked_at(hostile: dict[str, Any]) -> None:
    assert check_claims(hostile)


def test_the_page_of_a_test_launch_may_be_framed_by_its_platform(house: House) -> None:
    visit = launched(house)
    policy = visit.page.headers["Content-Security-Policy"]
    assert f"frame-ancestors {house.lms.config.base_url}" in policy
