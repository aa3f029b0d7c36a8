"""The file of the embedded database."""

from __future__ import annotations

import sqlite3
import statistics
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from lti_tool.db import Database, Overtaken, again_if_overtaken, make_engine


def test_a_new_database_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    database = Database(make_engine(f"sqlite:///{tmp_path}/new.sqlite"))
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE secret (id INTEGER)")
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes
    assert set(modes.values()) == {0o600}


def test_a_database_keeps_the_permissions_that_its_operator_gave(tmp_path: Path) -> None:
    (tmp_path / "old.sqlite").touch(mode=0o640)
    (tmp_path / "old.sqlite").chmod(0o640)
    with Database(make_engine(f"sqlite:///{tmp_path}/old.sqlite")).read():
        assert (tmp_path / "old.sqlite").stat().st_mode & 0o777 == 0o640


def test_a_writer_that_waits_in_vain_gets_an_error_of_the_database_and_may_try_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lti_tool.db.PATIENCE", 0)
    database = Database(make_engine(f"sqlite:///{tmp_path}/busy.sqlite"))
    with database.write() as writer:
        with pytest.raises(OperationalError, match="locked"), database.write():
            pass
        writer.exec_driver_sql("CREATE TABLE mark (id INTEGER)")
    with database.write() as connection:
        connection.exec_driver_sql("INSERT INTO mark VALUES (1)")
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM mark").scalar_one() == 1
    database.engine.dispose()


def test_threads_of_one_process_wait_for_each_other_and_not_at_the_lock_of_sqlite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as impatient:
        impatient.setattr("lti_tool.db.PATIENCE", 0)
        database = Database(make_engine(f"sqlite:///{tmp_path}/shared.sqlite"))
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE mark (id INTEGER)")
    inside = threading.Barrier(2)

    def write_slowly() -> None:
        with database.write() as connection:
            connection.exec_driver_sql("INSERT INTO mark VALUES (1)")
            inside.wait(10)
            time.sleep(0.05)

    first = threading.Thread(target=write_slowly)
    first.start()
    inside.wait(10)
    with database.write() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM mark").scalar_one() == 1
    first.join()
    database.engine.dispose()


@pytest.mark.parametrize("overtaken", [0, 1, 2])
def test_a_unit_of_work_may_be_overtaken_twice(overtaken: int) -> None:
    tries: list[int] = []

    @again_if_overtaken
    def work() -> str:
        tries.append(1)
        if len(tries) <= overtaken:
            raise Overtaken
        return "done"

    assert work() == "done"
    assert len(tries) == overtaken + 1


def test_a_unit_of_work_that_is_overtaken_three_times_gives_up() -> None:
    @again_if_overtaken
    def work() -> None:
        raise Overtaken

    with pytest.raises(Overtaken):
        work()


def test_a_writer_goes_on_as_soon_as_another_process_is_done(tmp_path: Path) -> None:
    database = Database(make_engine(f"sqlite:///{tmp_path}/two.sqlite"))
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE mark (id INTEGER)")
    other = sqlite3.connect(tmp_path / "two.sqlite", isolation_level=None, check_same_thread=False)
    released = [0.0]

    def release() -> None:
        other.execute("COMMIT")
        released.append(time.perf_counter())

    late = []
    for _ in range(9):
        other.execute("BEGIN IMMEDIATE")
        end = threading.Timer(0.035, release)
        end.start()
        with database.write():
            entered = time.perf_counter()
        end.join()
        late.append(entered - released[-1])
    other.close()
    database.engine.dispose()
    assert statistics.median(late) < 0.008, "SQLite's own patience would have looked again after 18 ms"
