"""One thread that ends what lasts too long."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

from lti_tool.lti.outgoing import OutgoingHTTP
from lti_tool.lti.watchdog import Watchdog
from tests.lti_tool.lti.scripted_server import ScriptedServer

AT_MOST = 5.0
"""Seconds within which a thread of a busy machine has had its turn."""


def later(seconds: float) -> float:
    return time.monotonic() + seconds


def open_handles() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_what_lasts_too_long_is_cut_and_not_before_its_time() -> None:
    cut, began = threading.Event(), time.monotonic()
    Watchdog().watch(cut.set, until=began + 0.05)
    assert cut.wait(AT_MOST)
    assert time.monotonic() - began >= 0.05


def test_what_is_forgotten_is_not_cut() -> None:
    dog, cut, other = Watchdog(), threading.Event(), threading.Event()
    dog.watch(cut.set, until=later(0.02))
    dog.watch(other.set, until=later(0.04))
    dog.forget(cut.set)
    assert other.wait(AT_MOST)
    assert not cut.is_set()


def test_an_end_that_comes_sooner_than_the_one_it_sleeps_for_is_kept() -> None:
    dog, cut = Watchdog(), threading.Event()
    dog.watch(threading.Event().set, until=later(3600))
    time.sleep(0.02)
    dog.watch(cut.set, until=later(0.02))
    assert cut.wait(AT_MOST)


def test_it_goes_on_after_a_cut_and_after_a_pause() -> None:
    dog, first, second = Watchdog(), threading.Event(), threading.Event()
    dog.watch(first.set, until=later(0))
    assert first.wait(AT_MOST)
    time.sleep(0.02)
    dog.watch(second.set, until=later(0.02))
    assert second.wait(AT_MOST)


def test_calls_begin_no_thread_and_leave_no_handle(server: ScriptedServer, http: OutgoingHTTP) -> None:
    def call() -> None:
        assert http.request("GET", f"{server.url}/", registration=server.registration()).ok

    call()
    threads, handles = threading.enumerate(), open_handles()
    for _ in range(5):
        call()
    assert [thread for thread in threading.enumerate() if thread not in threads] == []
    # Servers of other tests may still be closing theirs.
    assert open_handles() <= handles


def test_a_child_of_a_fork_is_watched_too() -> None:
    # In a process of its own: this one has threads. The lock is held at the moment of the fork.
    program = """
import os, threading, time
from lti_tool.lti import watchdog

watchdog.watch(print, until=time.monotonic() + 3600)
with watchdog._watchdog._changed:
    child = os.fork()
if child == 0:
    cut = threading.Event()
    watchdog.watch(cut.set, until=time.monotonic() + 0.02)
    os._exit(0 if cut.wait(5) else 1)
os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert subprocess.run([sys.executable, "-c", program], timeout=30, check=False).returncode == 0
