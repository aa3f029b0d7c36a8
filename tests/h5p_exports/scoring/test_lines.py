from __future__ import annotations

import copy
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.content_types import SCORED
from h5p_exports.scoring import score_line

GOLDEN = Path(__file__).parents[2] / "golden" / "h5p_scoring_a.json"
CASES: list[dict[str, Any]] = json.loads(GOLDEN.read_text(encoding="utf-8"))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(max_size=3)
KEYS = st.sampled_from(
    [
        *(
            "action",
            "alternatives",
            "answer",
            "answers",
            "assets",
            "behaviour",
            "branchingQuestion",
            "branchingScenario",
        ),
        *("cards", "chapters", "children", "choices", "columns", "content", "correct", "correctElements", "dropZones"),
        *("elements", "endGame", "endScreens", "feedback", "from", "interactions", "interactiveVideo", "introPage"),
        *("keyword", "keywords", "library", "media", "nextContentId", "occurrences", "options", "overallFeedback"),
        *("override", "paragraphs", "params", "passPercentage", "points", "poolSize", "presentation", "question"),
        *("questions", "randomQuestions", "response", "singlePoint", "slides", "state", "subContentId", "summaries"),
        *("summary", "task", "text", "textField", "to", "type"),
    ]
)
LIBRARIES = st.sampled_from([f"{name} {major}.2" for name in (*SCORED, "H5P.Accordion") for major in (0, 1)])
VALUES = st.recursive(
    SCALARS | LIBRARIES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=3), inner, max_size=5),
    max_leaves=15,
)
LINES = st.fixed_dictionaries(
    {"library": LIBRARIES | VALUES, "params": st.dictionaries(KEYS, VALUES) | VALUES},
    optional={"response": st.text("01[,]true", max_size=9) | VALUES, "children": VALUES, "state": VALUES},
)


def check(result: dict[str, object]) -> None:
    if "error" in result:
        error = result["error"]
        assert isinstance(error, dict)
        assert set(error) == {"id", "message"}
    else:
        raw, best = result["raw"], result["max"]
        assert isinstance(raw, int | float)
        assert isinstance(best, int | float)
        assert 0 <= raw <= best < math.inf
    json.dumps(result, ensure_ascii=False, allow_nan=False).encode()


@st.composite
def spoilt_cases(draw: st.DrawFn) -> dict[str, Any]:
    """A case of the official player with one value in it replaced."""
    case: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(CASES)))
    place: Any = case
    key: Any = draw(st.sampled_from(["params", "response", "children", "state"]))
    place.setdefault(key, None)
    while isinstance(place[key], dict | list) and place[key] and draw(st.integers(0, 5)):
        place = place[key]
        key = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
    place[key] = draw(VALUES)
    return case


@given(LINES)
def test_any_line_gives_a_score_or_a_typed_error(line: object) -> None:
    check(score_line(line))


@given(spoilt_cases())
def test_a_spoilt_line_gives_a_score_or_a_typed_error(case: object) -> None:
    check(score_line(case))


@given(VALUES)
def test_any_value_gives_a_score_or_a_typed_error(value: object) -> None:
    check(score_line(value))


@pytest.mark.parametrize("text", ["\x00", "\ud800", "é" * 100_000, "[,]" * 100_000, "{where}{0}%s"])
def test_hostile_texts_give_a_score_or_a_typed_error(text: str) -> None:
    params = {
        "questions": [text, f"*{text}*"],
        "textField": f"*{text}* {text}",
        "distractors": text,
        "paragraphs": [text, text],
        "choices": [{"answers": [text], "subContentId": text}],
        "summaries": [{"summary": [text], "subContentId": text}],
        "keywords": [{"keyword": text, "alternatives": [f"/{text}/"], "options": {"points": 1, "occurrences": 1}}],
        "cards": [{"text": text, "answer": text}],
    }
    for library in (*(f"{name} 1.2" for name in SCORED), text):
        for response in (text, None):
            check(score_line({"library": library, "params": params, "response": response, "state": [text]}))
            check(score_line({"library": library, "params": params, "children": [{"response": text}]}))


def test_an_error_says_what_is_wrong_and_where() -> None:
    line = {"library": "H5P.MultiChoice 1.16", "params": {"answers": [{}, 4]}, "response": ""}

    assert score_line(line) == {
        "error": {"id": "invalid-content", "message": "The params of the content cannot be used: answers[1]."}
    }


def test_scoring_loads_nothing_heavy() -> None:
    heavy = "{'pydantic', 'nh3', 'yaml', 'markdown_it', 'zipfile'}"
    script = f"import sys, h5p_exports.scoring; sys.exit(' '.join({heavy} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", script], check=False, capture_output=True).stderr.strip() == b""
