"""The file of the embedded database."""

from __future__ import annotations

from pathlib import Path

from lti_tool.db import Database, make_engine


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
