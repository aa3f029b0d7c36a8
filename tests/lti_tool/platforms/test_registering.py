"""A platform registers the tool: from the invitation to a first launch."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from lti_tool.app import make_services
from lti_tool.demo_lms.registration import TOOL
from lti_tool.platforms.models import invitations
from tests.support.house import BASE, FakeHTTP, House, make_house
from tests.support.registration import invite, open_registration, play_platform


@pytest.fixture
def empty(house_seed: Path, tmp_path: Path) -> Iterator[House]:
    """A tool that knows no platform yet, and an LMS that it can reach."""
    made = make_house(house_seed, tmp_path / "house")
    with made.services.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM registration")
    made.services.platforms.forget()
    play_platform(made)
    yield made
    made.services.database.engine.dispose()


def asked_of(house: House) -> dict[str, Any]:
    """What the LMS was asked to register."""
    (tool,) = house.lms.registrations.tools
    return dict(tool.request)


def test_from_the_invitation_to_a_first_launch(empty: House) -> None:
    page = open_registration(empty, invite(empty))
    assert page.page.status_code == 200
    assert empty.lms.config.base_url in page.page.text
    done = page.confirm()
    assert done.page.status_code == 200, done.page.text
    assert 'data-page="registration-done"' in done.page.text
    (tool,) = empty.lms.registrations.tools
    empty.lms.activate_tool(tool.client_id)
    assert empty.launch("3", "1").name == "play"


def test_the_platform_is_kept_as_it_was_invited(empty: House) -> None:
    open_registration(empty, invite(empty, "Éléa Versailles", "Versailles")).confirm()
    (record,) = empty.services.platforms.records.all()
    (tool,) = empty.lms.registrations.tools
    assert (record.name, record.academie, record.time_zone, record.product) == (
        "Éléa Versailles", "Versailles", "Europe/Paris", "moodle",
    )  # fmt: skip
    assert (record.registration.issuer, record.registration.client_id) == (empty.lms.config.base_url, tool.client_id)
    assert not record.with_names
    assert not record.admin_launch
    (deployment,) = empty.services.platforms.deployments.of(record.id)
    assert (deployment.deployment_id, deployment.state) == (tool.deployment_id, "accepted")


def test_the_request_asks_for_no_name_and_no_e_mail(empty: House) -> None:
    page = open_registration(empty, invite(empty))
    assert "Ni nom, ni adresse électronique" in page.page.text
    page.confirm()
    assert asked_of(empty)[TOOL]["claims"] == ["iss", "sub"]


def test_a_setting_asks_for_names_and_still_for_no_e_mail(empty: House) -> None:
    settings = empty.services.settings.model_copy(update={"ask_names": True})
    http = FakeHTTP(empty.lms)
    named = House(make_services(settings, http=http), empty.lms, http)
    play_platform(named)
    page = open_registration(named, invite(named))
    assert "Le <strong>nom</strong> des personnes est demandé" in page.page.text
    page.confirm()
    assert asked_of(named)[TOOL]["claims"] == ["iss", "sub", "name", "given_name", "family_name"]
    (record,) = named.services.platforms.records.all()
    assert record.with_names
    named.services.database.engine.dispose()


def test_the_request_carries_what_cannot_be_added_later(empty: House) -> None:
    open_registration(empty, invite(empty)).confirm()
    request = asked_of(empty)
    assert request[TOOL]["custom_parameters"] == {
        "groups": "$Moodle.Person.userGroupIds",
        "course_history": "$Context.id.history",
    }
    assert request[TOOL]["domain"] == "localhost:8000"
    assert request[TOOL]["messages"] == [
        {"type": "LtiDeepLinkingRequest", "target_link_uri": f"{BASE}/lti/launch"},
    ]
    assert request["token_endpoint_auth_method"] == "private_key_jwt"
    assert {scope.rpartition("/")[2] for scope in request["scope"].split()} == {
        "lineitem", "result.readonly", "score", "contextmembership.readonly",
    }  # fmt: skip


def test_only_services_and_messages_that_the_platform_has_are_asked_for(empty: House) -> None:
    def poorer(document: dict[str, Any]) -> dict[str, Any]:
        score = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
        platform = {"messages_supported": [{"type": "LtiSubmissionReviewRequest"}]}
        return {
            **document,
            "scopes_supported": ["openid", score],
            "https://purl.imsglobal.org/spec/lti-platform-configuration": platform,
        }

    play_platform(empty, configuration=poorer)
    page = open_registration(empty, invite(empty))
    assert "Lire la liste" not in page.page.text
    page.confirm()
    assert asked_of(empty)["scope"].endswith("/score")
    assert [message["type"] for message in asked_of(empty)[TOOL]["messages"]] == ["LtiSubmissionReviewRequest"]


def test_no_cookie_is_given_in_the_frame(empty: House) -> None:
    page = open_registration(empty, invite(empty))
    assert "Set-Cookie" not in page.page.headers
    assert "Set-Cookie" not in page.confirm().page.headers


def test_only_the_platform_may_frame_the_page(empty: House) -> None:
    page = open_registration(empty, invite(empty))
    assert page.frame_ancestors == empty.lms.config.base_url
    assert page.confirm().frame_ancestors == empty.lms.config.base_url


def test_the_last_page_says_what_is_left_to_do_and_whom_to_tell_that_it_is_over(empty: House) -> None:
    done = open_registration(empty, invite(empty)).confirm().page.text
    assert f'data-close-frame="{empty.lms.config.base_url}"' in done
    assert "Activer" in done
    assert "sélecteur d’activité" in done


def test_opened_outside_moodle_the_link_says_where_to_paste_it(empty: House) -> None:
    link = invite(empty)
    page = empty.browser().get(link, base_url=BASE)
    assert page.status_code == 200
    assert 'data-page="registration-paste"' in page.text
    assert f'value="{BASE}{link}"' in page.text


def test_registering_again_updates_and_keeps_people(empty: House) -> None:
    open_registration(empty, invite(empty, "Ancien nom")).confirm()
    (tool,) = empty.lms.registrations.tools
    empty.lms.activate_tool(tool.client_id)
    empty.launch("3", "1")
    # Moodle's « reg-update »: the same client once more.
    token = empty.lms.registrations.begin(now=empty.lms.clock())
    empty.lms.registrations.tools.clear()
    empty.lms.registrations._tokens[token] = (tool.client_id, empty.lms.clock() + 60)
    done = open_registration(empty, invite(empty, "Nouveau nom"), registration_token=token).confirm()
    assert done.page.status_code == 200
    (record,) = empty.services.platforms.records.all()
    assert record.name == "Nouveau nom"
    with empty.services.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM person").scalar() == 1


def test_a_platform_that_was_switched_off_does_not_come_back_by_an_invitation(empty: House) -> None:
    open_registration(empty, invite(empty)).confirm()
    (record,) = empty.services.platforms.records.all()
    empty.services.platforms.records.permit(record.id, active=False, admin_launch=False, academie="Versailles")
    (tool,) = empty.lms.registrations.tools
    play_platform(empty, answer=lambda: {"client_id": tool.client_id})
    again = open_registration(empty, invite(empty, "Éléa de nouveau")).confirm()
    assert 'data-page="registration-done"' in again.page.text
    (record,) = empty.services.platforms.records.all()
    assert (record.name, record.registration.active) == ("Éléa de nouveau", False)


def test_an_invitation_serves_once(empty: House) -> None:
    link = invite(empty)
    first = open_registration(empty, link)
    second = open_registration(empty, link)
    assert first.confirm().page.status_code == 200
    again = second.confirm()
    assert (again.page.status_code, again.error) == (409, "invitation-used")
    assert len(empty.lms.registrations.tools) == 1, "the platform was not asked a second time"
    assert open_registration(empty, link).error == "invitation-used"


def test_an_invitation_lasts_seven_days(empty: House) -> None:
    link = invite(empty)
    with empty.services.database.write() as connection:
        past = empty.services.platforms.now() - timedelta(seconds=1)
        connection.execute(update(invitations).values(expires_at=past))
    assert open_registration(empty, link).error == "invitation-over"


def test_a_revoked_invitation_is_unknown(empty: House) -> None:
    link = invite(empty)
    (invitation,) = empty.services.platforms.invitations.all()
    empty.services.platforms.invitations.revoke(invitation.id)
    assert open_registration(empty, link).error == "invitation-unknown"


def test_the_token_of_an_invitation_is_not_kept(empty: House) -> None:
    token = invite(empty).rpartition("/")[2]
    database = Path(empty.services.settings.data_dir / "traam.sqlite")
    empty.services.database.engine.dispose()
    kept = b"".join(path.read_bytes() for path in database.parent.glob("traam.sqlite*"))
    assert token.encode() not in kept
