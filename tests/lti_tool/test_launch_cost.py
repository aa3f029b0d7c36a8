"""What a launch costs: statements, commits, verifications, calls. The figures are printed (`pytest -rP`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import jwt.algorithms
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from sqlalchemy import event

from lti_tool.app import make_services
from lti_tool.placements.parameter import NAME, sign
from tests.support.house import OWN, House
from tests.support.plans import whole_reads

TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")
COURSE = {"context": {"id": "77", "title": "Un nouveau cours"}, "resource_link": {"id": "770", "title": "Neuf"}}


@contextmanager
def counted(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Count what the house does meanwhile."""
    cost: Counter[str] = Counter()
    engine = house.services.database.engine
    verify = jwt.algorithms.RSAAlgorithm.verify

    def on_statement(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(TRANSACTION):
            cost["statements"] += 1
            cost["writes"] += not statement.startswith("SELECT")

    def on_commit(_connection: object) -> None:
        cost["commits"] += 1

    def counting_verify(self: Any, *arguments: Any) -> bool:
        cost["verifications"] += 1
        return verify(self, *arguments)

    calls = len(house.http.calls)
    event.listen(engine, "before_cursor_execute", on_statement)
    event.listen(engine, "commit", on_commit)
    with monkeypatch.context() as patch:
        patch.setattr(jwt.algorithms.RSAAlgorithm, "verify", counting_verify)
        yield cost
    event.remove(engine, "before_cursor_execute", on_statement)
    event.remove(engine, "commit", on_commit)
    cost["calls"] = len(house.http.calls) - calls


@pytest.fixture
def warm(house: House) -> House:
    """A house that knows the platform and its keyset: somebody has launched before."""
    house.launch("3", "1")
    return house


def test_a_first_launch_in_a_new_course_is_cheap(warm: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with counted(warm, monkeypatch) as cost:
        visit = warm.launch("4", "1", overrides=COURSE)
    print(f"a new person, course and link: {dict(cost)}")
    assert (visit.page.status_code, visit.name) == (200, "play")
    assert cost["statements"] <= 8
    assert cost["commits"] == 1
    assert cost["verifications"] == 1
    assert cost["calls"] == 0


def test_it_is_cheap_too_when_the_process_has_not_read_the_activity_yet(
    warm: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with counted(warm, monkeypatch) as cost:
        visit = warm.launch("4", "2", overrides=COURSE)
    print(f"and an activity that nobody has opened: {dict(cost)}")
    assert visit.name == "play"
    assert cost["statements"] <= 8
    assert cost["commits"] == 1


def test_a_launch_that_finds_no_activity_leaves_nothing_behind(warm: House, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = {**COURSE, "custom": {NAME: sign(4711, warm.services.placements.key)}}
    with counted(warm, monkeypatch) as cost:
        visit = warm.launch("4", "1", overrides=missing)
    assert (visit.page.status_code, visit.error) == (404, "placement-unknown")
    assert "data-course=" in visit.page.text
    assert cost["commits"] == 0


def test_a_teachers_first_launch_is_cheap(warm: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with counted(warm, monkeypatch) as cost:
        visit = warm.launch("2", "1", overrides=COURSE)
    print(f"a teacher in a new course: {dict(cost)}")
    assert visit.name == "class"
    assert cost["statements"] <= 8
    assert cost["commits"] <= 2
    assert cost["verifications"] == 1


def test_a_repeated_launch_is_cheaper(warm: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with counted(warm, monkeypatch) as first:
        warm.launch("4", "1", overrides=COURSE)
    with counted(warm, monkeypatch) as again:
        visit = warm.launch("4", "1", overrides=COURSE)
    print(f"the same again: {dict(again)}")
    assert visit.name == "play"
    assert again["statements"] < first["statements"]
    assert again["verifications"] == 1


def test_the_statements_of_a_launch_are_built_once_for_all_pupils(warm: House) -> None:
    built: list[object] = []

    def on_execute(_connection: object, statement: object, *_rest: object) -> None:
        built.append(statement)

    event.listen(warm.services.database.engine, "before_execute", on_execute)
    for pupil in ("first", "second"):
        warm.launch("4", "1", overrides={"sub": pupil})
    event.remove(warm.services.database.engine, "before_execute", on_execute)
    half = len(built) // 2
    assert 0 < half <= 5
    assert all(one is other for one, other in zip(built[:half], built[half:], strict=True))


def test_groups_that_are_known_cost_nothing(warm: House, monkeypatch: pytest.MonkeyPatch) -> None:
    custom = {**warm.lms.config.activities[0].custom, "groups": "7,12"}
    warm.launch("4", "1")
    with counted(warm, monkeypatch) as without:
        warm.launch("4", "1")
    warm.launch("4", "1", overrides={"custom": custom})
    with counted(warm, monkeypatch) as again:
        warm.launch("4", "1", overrides={"custom": custom})
    assert (again["statements"], again["writes"]) == (without["statements"], without["writes"])


def test_no_table_that_grows_is_read_whole_for_a_pupil(warm: House) -> None:
    with whole_reads(warm.services.database.engine) as found:
        visit = warm.launch("4", "1")
        fields = visit.fields()
        visit.post(visit.step, {**fields, "action": "save"}, {**OWN, "Accept": "application/json"})
        result = warm.launch("4", "1", client=visit.client).post(visit.step, {**fields, "action": "finish"})
        result.get("play")
        result.get("grade")
    assert result.name == "result"
    assert found == []


def test_a_launch_answers_the_page_itself(warm: House) -> None:
    visit = warm.launch("4", "1", overrides=COURSE)
    assert visit.page.history == ()
    assert visit.page.status_code == 200


def test_an_invalid_token_writes_nothing_and_calls_nobody(warm: House, monkeypatch: pytest.MonkeyPatch) -> None:
    login = warm.login("4")
    stale = warm.lms.id_token("4", "1", nonce="of another login")
    with counted(warm, monkeypatch) as cost:
        assert warm.post_token(login, stale).status_code == 403
    assert (cost["writes"], cost["commits"], cost["calls"]) == (0, 0, 0)


def test_tokens_of_unknown_keys_make_us_ask_at_most_once_a_minute(warm: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def strange_launch(kid: str) -> int:
        login = warm.login("4")
        token = warm.lms.key.sign_bytes(b"{}", headers={"kid": kid})
        return warm.post_token(login, token).status_code

    with counted(warm, monkeypatch) as cost:
        answers = {strange_launch(f"stranger-{number}") for number in range(5)}
    assert answers == {403}
    assert cost["calls"] <= 1
    assert cost["verifications"] == 0


def test_a_login_writes_nothing(warm: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with counted(warm, monkeypatch) as cost:
        warm.login("4")
    assert (cost["writes"], cost["commits"], cost["calls"]) == (0, 0, 0)


def counting(function: Callable[..., Any], calls: list[str]) -> Callable[..., Any]:
    def counted_call(*arguments: Any, **options: Any) -> Any:
        calls.append(function.__name__)
        return function(*arguments, **options)

    return counted_call


def test_a_private_key_is_parsed_once_per_process(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr("lti_tool.lti.keys.load_pem_private_key", counting(load_pem_private_key, calls))
    platforms = make_services(house.services.settings).platforms
    with ThreadPoolExecutor(8) as pool:
        kids = {future.result().kid for future in [pool.submit(platforms.signing_key) for _ in range(40)]}
    assert len(kids) == 1
    assert len(calls) == 1
