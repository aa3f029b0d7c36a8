from __future__ import annotations

import pytest

from h5p_exports.errors import InvalidResponse
from h5p_exports.scoring import Score, score


@pytest.mark.parametrize(("response", "points"), [("true", 0), ("false", 1), ("", 0), (None, 0)])
def test_one_point_for_the_right_answer_alone(response: str | None, points: int) -> None:
    assert score("H5P.TrueFalse 1.8", {"correct": "false"}, response) == Score(points, 1, success=points == 1)


@pytest.mark.parametrize("response", ["True", "1", " true", "true[,]false", 0, True, ["true"]], ids=repr)
def test_a_response_that_no_player_sends_is_refused(response: object) -> None:
    with pytest.raises(InvalidResponse):
        score("H5P.TrueFalse 1.8", {"correct": "true"}, response)
