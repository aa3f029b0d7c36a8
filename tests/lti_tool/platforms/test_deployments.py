"""A deployment that is not known waits for an administrator."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from lti_tool.app import make_services
from lti_tool.contexts.models import contexts
from lti_tool.platforms.deployments import MOST_WAITING, DeploymentState
from lti_tool.platforms.models import deployments
from tests.support.house import FakeHTTP, House, make_house

ELSEWHERE = {"deployment_id": "77"}


def states(house: House) -> dict[str, str]:
    (record,) = house.services.platforms.records.all()
    return {one.deployment_id: one.state for one in house.services.platforms.deployments.of(record.id)}


def test_an_unknown_deployment_is_held_until_an_administrator_accepts_it(house: House) -> None:
    visit = house.launch("2", "1", overrides=ELSEWHERE)
    assert (visit.page.status_code, visit.error) == (403, "deployment-pending")
    assert "accepter" in visit.page.text
    assert states(house) == {"1": "accepted", "77": "pending"}
    assert house.launch("2", "1", overrides=ELSEWHERE).error == "deployment-pending"
    (record,) = house.services.platforms.records.all()
    waiting = house.services.platforms.deployments.of(record.id)[0]
    house.services.platforms.deployments.decide(record.id, waiting.id, DeploymentState.ACCEPTED)
    assert house.launch("2", "1", overrides=ELSEWHERE).page.status_code == 200


def test_a_refused_deployment_says_so(house: House) -> None:
    house.launch("2", "1", overrides=ELSEWHERE)
    (record,) = house.services.platforms.records.all()
    waiting = house.services.platforms.deployments.of(record.id)[0]
    house.services.platforms.deployments.decide(record.id, waiting.id, DeploymentState.REFUSED)
    visit = house.launch("2", "1", overrides=ELSEWHERE)
    assert (visit.page.status_code, visit.error) == (403, "deployment-refused")


def test_nothing_but_the_deployment_is_written(house: House) -> None:
    house.launch("2", "1", overrides={**ELSEWHERE, "context": {"id": "99", "title": "Ailleurs"}})
    with house.services.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(contexts)).scalar() == 0


def test_an_invalid_token_makes_no_deployment_wait(house: House) -> None:
    login = house.login("2", "1")
    token = house.lms.id_token("2", "1", nonce="of another login", overrides=ELSEWHERE)
    assert house.post_token(login, token).status_code == 403
    assert states(house) == {"1": "accepted"}


def test_at_most_fifty_deployments_of_a_platform_wait(house: House) -> None:
    (record,) = house.services.platforms.records.all()
    meet = house.services.platforms.deployments.meet
    for number in range(MOST_WAITING):
        with pytest.raises(Exception, match="deployment-pending"):
            meet(record.id, f"waiting-{number}")
    visit = house.launch("2", "1", overrides=ELSEWHERE)
    assert (visit.page.status_code, visit.error) == (403, "deployment-unknown")
    assert len(states(house)) == MOST_WAITING + 1


def test_a_setting_accepts_new_deployments_at_once(house_seed: Path, tmp_path: Path) -> None:
    house = make_house(house_seed, tmp_path / "house")
    settings = house.services.settings.model_copy(update={"accept_deployments": True})
    open_house = House(make_services(settings, http=FakeHTTP(house.lms)), house.lms, house.http)
    assert open_house.launch("2", "1", overrides=ELSEWHERE).page.status_code == 200
    assert states(open_house) == {"1": "accepted", "77": "accepted"}
    for made in (house, open_house):
        made.services.database.engine.dispose()


def test_a_deployment_of_another_platform_cannot_be_decided(house: House) -> None:
    (record,) = house.services.platforms.records.all()
    with house.services.database.read() as connection:
        deployment = connection.execute(select(deployments.c.id)).scalar_one()
    with pytest.raises(Exception, match="deployment-not-here"):
        house.services.platforms.deployments.decide(record.id + 1, deployment, DeploymentState.REFUSED)
