"""Grades by Celery workers on a Redis: a message that is lost, doubled or late changes nothing."""

from __future__ import annotations

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from lti_tool.demo_lms import DemoUser
from lti_tool.gradebook.celery_wake_ups import QUEUE, TASK, make_celery, try_broker
from tests.support.exercise import WORDS
from tests.support.redis import RedisServer
from tests.support.school import School, hand_in, school, stocked_copy
from tests.support.servers import PROJECT, SCRIPTS, wait_until

pytestmark = pytest.mark.long

PUPILS = tuple(DemoUser(str(10 + right), f"Élève {right}", "pupil") for right in range(1, len(WORDS) + 1))
MARKS = {pupil.id: right for right, pupil in enumerate(PUPILS, start=1)}
NEVER = "3600"
OFTEN = "0.5"


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def place(stocked: Path, tmp_path: Path, redis: RedisServer) -> Iterator[School]:
    """A school whose tool leaves the sending of grades to workers."""
    tool = stocked_copy(stocked, tmp_path / "data")
    tool.settings |= {"TRAAM_DELIVERY": "celery", "TRAAM_BROKER_URL": redis.url}
    with school(tool, PUPILS) as built:
        tool.start()
        yield built


class Workers:
    """Workers of a school, as an operator starts them."""

    def __init__(self, place: School) -> None:
        self._place = place
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self, *, sweep: str) -> subprocess.Popen[bytes]:
        """Another one."""
        tool = self._place.tool
        with tool.log.open("ab") as log:
            process = subprocess.Popen(
                [SCRIPTS / "traam", "worker", "--sweep", sweep],
                cwd=PROJECT,
                env=tool.environment,
                stdout=log,
                stderr=log,
            )
        self._processes.append(process)
        return process

    def stop(self) -> None:
        """All of them, at once."""
        for process in self._processes:
            process.kill()
            process.wait()


@pytest.fixture
def workers(place: School) -> Iterator[Workers]:
    made = Workers(place)
    yield made
    made.stop()


def hand_in_all(place: School) -> None:
    for pupil in PUPILS:
        browser = place.open(pupil.id)
        hand_in(browser, MARKS[pupil.id])
        assert browser.page.name == "result"


def expect_all_grades(place: School) -> None:
    wait_until(
        lambda: all(place.grade(id) == f"{mark} / {len(WORDS)}" for id, mark in MARKS.items()),
        what=f"all grades\n{place.tool.log.read_text(encoding='utf-8')[-4000:]}",
        seconds=60,
    )


def posts_of(place: School) -> Counter[str]:
    return Counter(post.user for post in place.lms.posts)


def test_a_message_is_enough(place: School, workers: Workers) -> None:
    workers.start(sweep=NEVER)
    hand_in_all(place)
    expect_all_grades(place)
    assert posts_of(place) == dict.fromkeys(MARKS, 1)


def test_the_doctor_hears_a_worker(place: School, workers: Workers, redis: RedisServer) -> None:
    workers.start(sweep=NEVER)
    wait_until(lambda: try_broker(redis.url) == "heard", what="the worker listens")
    assert "✓ Redis answers, and a worker listens" in place.tool.traam("doctor")


def test_messages_that_nobody_has_sent_for_anything_change_nothing(
    place: School, workers: Workers, redis: RedisServer
) -> None:
    for _ in range(2):
        workers.start(sweep=OFTEN)
    stranger = make_celery(redis.url)
    for _ in range(100):
        stranger.send_task(TASK)
    stranger.send_task("os.system", args=["true"], queue=QUEUE)
    hand_in_all(place)
    expect_all_grades(place)
    assert posts_of(place) == dict.fromkeys(MARKS, 1)
    stranger.close()


def test_without_redis_pupils_do_not_wait_and_grades_arrive(
    place: School, workers: Workers, redis: RedisServer
) -> None:
    redis.stop()
    before = time.monotonic()
    hand_in_all(place)
    assert time.monotonic() - before < 20
    assert not place.lms.posts
    workers.start(sweep=OFTEN)
    expect_all_grades(place)
    wait_until(lambda: "broker-silent" in place.tool.log.read_text(encoding="utf-8"), what="the log says so")


def test_messages_pass_again_once_redis_is_back(place: School, workers: Workers, redis: RedisServer) -> None:
    workers.start(sweep=NEVER)
    first, *others = PUPILS
    hand_in(place.open(first.id), MARKS[first.id])
    wait_until(lambda: place.grade(first.id) is not None, what="the first grade")
    redis.stop()
    for pupil in others[:-1]:
        hand_in(place.open(pupil.id), MARKS[pupil.id])
    redis.start()
    # What was sent meanwhile is lost with the old Redis; the next message brings all of it.
    last = place.open(others[-1].id)
    time.sleep(6)  # The web process rests that long after a failure.
    hand_in(last, MARKS[others[-1].id])
    expect_all_grades(place)


def test_a_worker_that_is_killed_is_replaced_by_the_other(place: School, workers: Workers) -> None:
    doomed = workers.start(sweep=OFTEN)
    workers.start(sweep=OFTEN)
    hand_in_all(place)
    doomed.kill()
    expect_all_grades(place)
    assert {(post.user, post.body["scoreGiven"]) for post in place.lms.posts} == set(MARKS.items())


def test_a_worker_ends_in_order(place: School, workers: Workers) -> None:
    process = workers.start(sweep=OFTEN)
    hand_in_all(place)
    expect_all_grades(place)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
