from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.scoring import score_line

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(max_size=3)
KEYS = st.sampled_from(
    [
        "answers",
        "behaviour",
        "children",
        "correct",
        "from",
        "library",
        "media",
        "override",
        "params",
        "passPercentage",
        "poolSize",
        "questions",
        "randomQuestions",
        "response",
        "singlePoint",
        "state",
        "subContentId",
        "text",
        "to",
        "type",
        "introPage",
        "endGame",
        "overallFeedback",
    ]
)
LIBRARIES = st.sampled_from([f"H5P.{name} 1.2" for name in ("MultiChoice", "TrueFalse", "Blanks", "QuestionSet")])
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
        assert isinstance(raw, int)
        assert isinstance(best, int)
        assert 0 <= raw <= best
    json.dumps(result, ensure_ascii=False).encode()


@given(LINES)
def test_any_line_gives_a_score_or_a_typed_error(line: object) -> None:
    check(score_line(line))


@given(VALUES)
def test_any_value_gives_a_score_or_a_typed_error(value: object) -> None:
    check(score_line(value))


@pytest.mark.parametrize("text", ["\x00", "\ud800", "é" * 100_000, "[,]" * 100_000, "{where}{0}%s"])
def test_hostile_texts_give_a_score_or_a_typed_error(text: str) -> None:
    for library in ("H5P.Blanks 1.14", "H5P.MultiChoice 1.16", "H5P.TrueFalse 1.8", text):
        check(score_line({"library": library, "params": {"questions": [text, "*x*"]}, "response": text}))
        check(score_line({"library": library, "params": {"questions": [f"*{text}*"]}, "state": [text]}))


def test_an_error_says_what_is_wrong_and_where() -> None:
    line = {"library": "H5P.MultiChoice 1.16", "params": {"answers": [{}, 4]}, "response": ""}

    assert score_line(line) == {
        "error": {"id": "invalid-content", "message": "The params of the content cannot be used: answers[1]."}
    }


def test_scoring_loads_nothing_heavy() -> None:
    heavy = "{'pydantic', 'nh3', 'yaml', 'markdown_it', 'zipfile'}"
    script = f"import sys, h5p_exports.scoring; sys.exit(' '.join({heavy} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", script], check=False, capture_output=True).stderr.strip() == b""
