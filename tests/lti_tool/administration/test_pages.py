"""What the administrators' pages show and do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lti_tool.platforms.academies import ACADEMIES
from lti_tool.platforms.zones import zones
from lti_tool.web.texts import load_texts
from tests.support.administrator import operator
from tests.support.house import BASE, House


def test_an_invitation_is_shown_once_and_can_be_taken_back(house: House) -> None:
    who = operator(house)
    made = who.post("invitations", {"name": "Éléa Versailles", "academie": "Versailles", "time_zone": "Europe/Paris"})
    link = re.search(rf'value="({BASE}/lti/register/[\w-]+)"', made.text)
    assert link
    page = who.get("invitations").text
    assert "Éléa Versailles" in page
    assert link[1] not in page
    (invitation,) = house.services.platforms.invitations.all()
    assert who.post(f"invitations/{invitation.id}/revoke").status_code == 303
    assert house.browser().get(link[1], base_url=BASE).status_code == 404


def test_a_key_is_rotated_by_a_button(house: House) -> None:
    who = operator(house)
    (first,) = house.services.platforms.tool_keys()
    assert who.post("keys").status_code == 303
    page = who.get("keys").text
    assert "signera à partir du" in page
    assert house.services.platforms.signing_key().kid == first.kid
    who.post("keys", {"at_once": "1"})
    assert house.services.platforms.signing_key().kid != first.kid


def test_every_value_to_copy_can_be_copied_and_selected(house: House) -> None:
    page = operator(house).get("values").text
    sources = set(re.findall(r'data-copy="(value-[a-z-]+)"', page))
    assert sources == set(re.findall(r'id="(value-[a-z-]+)"', page))
    for value in ("/lti/launch", "/lti/jwks", "/lti/login", "groups=$Moodle.Person.userGroupIds", "BEGIN PUBLIC KEY"):
        assert value in page
    assert "PRIVATE" not in page


def test_health_shows_what_the_doctor_says(house: House) -> None:
    page = operator(house).get("health").text
    assert "L’outil n’est visible que de cette machine" in page
    assert "Les notes ne sont pas envoyées" in page


def test_every_finding_has_its_text() -> None:
    source = Path("lti_tool/administration/health.py").read_text(encoding="utf-8")
    ids = set(re.findall(r'"(health-[a-z-]+)"', source))
    assert len(ids) > 15
    assert ids <= set(load_texts())


def test_waiting_deployments_are_seen_at_once(house: House) -> None:
    house.launch("2", "1", overrides={"deployment_id": "77"})
    who = operator(house)
    assert "1 en attente" in who.get("platforms").text
    assert "Un déploiement attend votre accord" in who.get("health").text


def test_the_zones_and_academies_of_france_are_offered_first(house: House) -> None:
    assert len(ACADEMIES) >= 30
    assert zones()[0] == "Europe/Paris"
    page = operator(house).get("platforms/1").text
    assert "Nancy-Metz" in page
    assert 'value="Indian/Reunion"' in page


@pytest.mark.parametrize("path", ["platforms", "platforms/1", "invitations", "keys", "health", "values"])
def test_a_page_has_one_heading_and_no_inline_script_or_style(path: str, house: House) -> None:
    page = operator(house).get(path)
    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    assert " style=" not in page.text
    assert " onclick=" not in page.text
    assert re.findall(r"<script(?! type=\"module\" src=)", page.text) == []
