"""What stays from one run to the next, and serving over a real socket."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from werkzeug.test import TestResponse

from lti_tool.demo_lms import DemoActivity, DemoConfig, DemoLMS, DemoUser, PlatformKey, serve

PLAN = DemoActivity("1", "Le plan", points=8)
QUIZ = DemoActivity("2", "Le quiz", points=4)


def score(user: str, given: float) -> bytes:
    return json.dumps(
        {
            "userId": user,
            "timestamp": "2026-09-21T14:13:20Z",
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
            "scoreGiven": given,
            "scoreMaximum": 8,
        }
    ).encode()


def texts(lms: DemoLMS) -> list[Any]:
    return [cell and cell["text"] for cell in lms.gradebook()["rows"][0]["cells"].values()]


def test_keys_and_grades_survive_a_restart(tmp_path: Path) -> None:
    first = DemoLMS(DemoConfig(data_dir=tmp_path / "lms", activities=(PLAN,)))
    first.receive_score(1, score("3", 7))
    first.close()
    second = DemoLMS(DemoConfig(data_dir=tmp_path / "lms", activities=(PLAN,)))
    assert second.keyset == first.keyset
    assert texts(second) == ["7 / 8"]
    second.close()


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    lms = DemoLMS(DemoConfig(data_dir=tmp_path))
    assert [path.stat().st_mode & 0o077 for path in tmp_path.iterdir()] == [0]
    lms.close()


def test_grades_of_known_activities_stay_when_the_activities_change(lms: DemoLMS) -> None:
    lms.reconfigure(activities=(PLAN,))
    lms.receive_score(1, score("3", 4))
    lms.reconfigure(activities=(QUIZ, DemoActivity("1", "Le plan, revu", points=20)))
    assert texts(lms) == [None, "10 / 20"]
    assert [item.label for item in lms.line_items()] == ["Le plan, revu", "Le quiz"]


def test_the_key_of_an_activity_is_a_number() -> None:
    with pytest.raises(ValueError, match="number"):
        DemoActivity("plan", "Le plan")


def test_a_test_may_bring_as_many_pupils_as_it_likes(lms: DemoLMS) -> None:
    lms.reconfigure(users=tuple(DemoUser(str(n), f"Élève {n}", "pupil") for n in range(10, 40)))
    assert len(lms.gradebook()["rows"]) == 30


def test_a_served_lms_takes_a_free_port_and_says_its_address(platform_key: PlatformKey) -> None:
    lms = DemoLMS(DemoConfig(activities=(PLAN,)), key=platform_key)
    with serve(lms) as server:
        assert lms.config.base_url == server.url
        assert lms.claims("3", "1", nonce="n")["iss"] == server.url
        assert requests.get(f"{server.url}/gradebook.json", timeout=5).json() == lms.gradebook()
        assert lms.calls["gradebook_json"] == 1
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{server.url}/gradebook.json", timeout=5)


def test_the_reason_is_in_the_status_line_on_the_wire(platform_key: PlatformKey) -> None:
    with serve(DemoLMS(DemoConfig(), key=platform_key)) as server:
        response = requests.get(f"{server.url}/services/2/lineitems", headers={"Accept": "text/html"}, timeout=5)
    assert response.reason.startswith("No handler found for /2/lineitems text/html")
    assert response.json()["reason"].strip() == response.reason


def test_curly_quotes_pass_on_the_wire(call: Callable[..., TestResponse], lms: DemoLMS, tool: Any, clock: Any) -> None:
    lms.reconfigure(activities=(PLAN, QUIZ))
    with serve(lms) as server:
        form = tool.token_form(lms.config, now=clock.now)
        token = requests.post(f"{server.url}/token", data=form, timeout=5).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        link = requests.get(f"{lms.config.lineitems_url}&limit=1", headers=headers, timeout=5).headers["Link"]
    assert link.encode("latin-1").decode().endswith("rel=“next”")
