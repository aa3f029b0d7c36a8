"""What no row can be called is not found, whatever the database."""

from __future__ import annotations

import pytest

from tests.support.house import House

NOWHERE = ["9" * 30, str(2**31)]


@pytest.mark.parametrize("number", NOWHERE)
def test_a_pupil_that_cannot_be_is_not_found(house: House, number: str) -> None:
    assert house.launch("2", "1").get(f"class/{number}").page.status_code == 404


@pytest.mark.parametrize("path", [*(f"media/{number}/a.png" for number in NOWHERE), "media/1/a%00.png"])
def test_a_medium_that_cannot_be_is_not_found(house: House, path: str) -> None:
    assert house.launch("3", "1").get(path).page.status_code == 404


def test_an_attempt_that_cannot_be_is_not_found(house: House) -> None:
    assert house.launch("3", "1").post("attempts/%00/step", {}).page.status_code == 404
