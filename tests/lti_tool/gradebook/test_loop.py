"""The embedded loop: it wakes, it polls, it gives way to another process, and nothing ends it but `stop`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

import pytest
from sqlalchemy import Connection, event, insert

from lti_tool.gradebook import loop as loop_module
from lti_tool.gradebook.leases import Lease
from lti_tool.gradebook.loop import LEASE, LEASE_NAME, DeliveryLoop
from lti_tool.gradebook.models import delivery_leases
from tests.lti_tool.gradebook.school import School

PATIENCE = 10.0


@dataclass
class Process:
    """A process with a loop of its own, on the school's database."""

    school: School
    wake_up: threading.Event = field(default_factory=threading.Event)
    delivered: threading.Event = field(default_factory=threading.Event)
    poll_seconds: float = 60.0

    def __post_init__(self) -> None:
        self.deliver: Callable[[], int] = self.school.deliver
        self.loop = DeliveryLoop(
            self.school.database,
            self._deliver,
            wake_up=self.wake_up,
            clock=self.school.clock,
            poll_seconds=self.poll_seconds,
        )

    def _deliver(self) -> int:
        count = self.deliver()
        if count:
            self.delivered.set()
        return count


def lease_of(school: School) -> Lease:
    """That of a loop in another process."""
    return Lease(school.database, LEASE_NAME, school.clock, span=LEASE)


@contextmanager
def noted(process: Process) -> Iterator[list[str]]:
    """The statements that the database is given meanwhile."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    engine = process.school.database.engine
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def process(school: School) -> Iterator[Process]:
    made = Process(school)
    yield made
    made.loop.stop()


def test_a_wake_up_sends_at_once(process: Process) -> None:
    process.loop.start()
    process.school.record(7)
    process.wake_up.set()
    assert process.delivered.wait(PATIENCE)
    process.loop.stop()
    assert process.school.status().state == "delivered"


def test_without_a_wake_up_the_poll_finds_it(school: School) -> None:
    process = Process(school, poll_seconds=0.05)
    process.loop.start()
    school.record(7)
    assert process.delivered.wait(PATIENCE)
    process.loop.stop()


def test_a_round_goes_on_until_nothing_is_due(process: Process) -> None:
    for pupil in (1, 2, 3):
        process.school.record(7, pupil=pupil)
    process.deliver = lambda: process.school.deliver(limit=1)
    assert process.loop.round() == 3


def test_a_process_gives_way_to_the_one_that_is_sending(process: Process) -> None:
    other = Process(process.school)
    process.school.record(7)
    second_round: list[int] = []

    def deliver_while_the_other_looks() -> int:
        process.school.record(5, pupil=2)
        second_round.append(other.loop.round())
        process.deliver = process.school.deliver
        return process.school.deliver()

    process.deliver = deliver_while_the_other_looks
    process.loop.start()
    process.wake_up.set()
    assert process.delivered.wait(PATIENCE)
    process.loop.stop()
    assert second_round == [0]


def test_when_a_round_is_over_another_process_may_send(process: Process) -> None:
    process.school.record(7)
    assert process.loop.round() == 1
    process.school.record(5, pupil=2)
    other = Process(process.school)
    other.loop.start()
    other.wake_up.set()
    assert other.delivered.wait(PATIENCE)
    other.loop.stop()


def test_a_process_that_gave_way_looks_again_without_being_woken(process: Process) -> None:
    school = process.school
    school.record(7)
    another = lease_of(school)
    assert another.keep()
    process.loop.start()
    process.wake_up.set()
    assert not process.delivered.wait(0.2)
    another.end()
    assert process.delivered.wait(PATIENCE)


def test_a_round_writes_its_lease_down_once_however_many_batches_it_has(process: Process) -> None:
    for pupil in (1, 2, 3):
        process.school.record(7, pupil=pupil)
    process.deliver = lambda: process.school.deliver(limit=1)
    with noted(process) as statements:
        assert process.loop.round() == 3
    assert sum("INSERT INTO delivery_lease" in statement for statement in statements) == 1


def test_a_process_that_is_woken_while_another_one_sends_writes_nothing(process: Process) -> None:
    school = process.school
    school.record(7)
    assert lease_of(school).keep()
    with noted(process) as statements:
        assert process.loop.round() == 0
    assert {statement.split(maxsplit=1)[0] for statement in statements} == {"SELECT"}


def test_a_fork_does_not_make_two_holders_of_one(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    lease = lease_of(process.school)
    assert lease.keep()
    assert lease.keep()
    monkeypatch.setattr("os.getpid", lambda: 4711)
    assert not lease.keep()


def test_who_takes_the_lease_while_another_waits_for_the_lock_keeps_it(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    school = process.school
    first, second = lease_of(school), lease_of(school)
    write = school.database.write

    def write_after_the_first() -> AbstractContextManager[Connection]:
        monkeypatch.setattr(school.database, "write", write)
        school.clock.pass_by(seconds=1)
        assert first.keep()
        return write()

    monkeypatch.setattr(school.database, "write", write_after_the_first)
    assert not second.keep()


def test_a_process_that_died_while_sending_is_replaced_within_ten_seconds(process: Process) -> None:
    school = process.school
    school.record(7)
    left_behind = {"name": LEASE_NAME, "holder": "dead", "expires_at": school.clock() + LEASE}
    with school.database.write() as connection:
        connection.execute(insert(delivery_leases).values(**left_behind))
    assert process.loop.round() == 0
    school.clock.pass_by(seconds=9.9)
    assert process.loop.round() == 0
    school.clock.pass_by(seconds=0.1)
    assert process.loop.round() == 1


def test_a_round_that_fails_does_not_end_the_loop(
    process: Process, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(loop_module, "PAUSE_AFTER_FAILURE", 0.0)
    failed = threading.Event()

    def fail_once() -> int:
        process.deliver = process.school.deliver
        failed.set()
        raise RuntimeError("the database is away")

    process.deliver = fail_once
    process.school.record(7)
    process.loop.start()
    process.wake_up.set()
    assert failed.wait(PATIENCE)
    process.wake_up.set()
    assert process.delivered.wait(PATIENCE)
    process.loop.stop()
    assert "delivery-loop-failed error=" in caplog.text


def test_an_idle_look_is_one_read_and_writes_nothing(process: Process) -> None:
    with noted(process) as statements:
        process.loop.round()
    assert [statement.split(maxsplit=1)[0] for statement in statements] == ["SELECT"]


def test_a_loop_that_is_stopped_can_start_again(process: Process) -> None:
    process.loop.start()
    process.loop.stop()
    process.loop.start()
    process.school.record(7)
    process.wake_up.set()
    assert process.delivered.wait(PATIENCE)
