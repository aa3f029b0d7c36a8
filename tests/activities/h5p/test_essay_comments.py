"""What the author of an essay says of each keyword: after the check, never before."""

from __future__ import annotations

from typing import Any

import pytest

from tests.activities.h5p.player import Pupil, essay


def essay_with_comments(**options: str) -> dict[str, Any]:
    content = essay("nuage", "pluie", sample="")
    first = content["params"]["keywords"][0]
    first["alternatives"] = ["brume"]
    first["options"] = first["options"] | {"feedbackIncluded": "Bien vu", "feedbackMissed": "Et le ciel ?", **options}
    return content


@pytest.mark.parametrize(
    ("options", "written", "said"),
    [
        ({}, "La Brume tombe", "<li>Bien vu</li>"),
        ({"feedbackIncludedWord": "keyword"}, "La Brume tombe", "<li><strong>nuage</strong>\u00a0: Bien vu</li>"),
        ({"feedbackIncludedWord": "alternative"}, "La Brume tombe", "<li><strong>brume</strong>\u00a0: Bien vu</li>"),
        ({"feedbackIncludedWord": "answer"}, "La Brume tombe", "<li><strong>Brume</strong>\u00a0: Bien vu</li>"),
        ({}, "Rien", "<li>Et le ciel ?</li>"),
        ({"feedbackMissedWord": "keyword"}, "Rien", "<li><strong>nuage</strong>\u00a0: Et le ciel ?</li>"),
    ],
)
def test_comments_on_keywords_come_with_the_verdict(options: dict[str, str], written: str, said: str) -> None:
    pupil = Pupil(essay_with_comments(**options))
    pupil.press("save", pupil.words(written))
    assert not any(word in pupil.page() for word in ("Bien vu", "Et le ciel", "nuage"))
    pupil.press("check")
    assert said in pupil.page()


def test_a_text_that_is_not_scored_may_hold_any_keyword() -> None:
    content = essay("/(?<=a)b/", ignoreScoring=True)
    content["params"]["keywords"][0]["options"]["feedbackMissed"] = "Et le ciel ?"
    pupil = Pupil(content)
    pupil.press("finish", pupil.words("Rien"))
    assert "Et le ciel" not in pupil.page()
