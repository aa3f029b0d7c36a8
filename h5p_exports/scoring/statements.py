"""Scores of H5P.SingleChoiceSet and H5P.Summary (`getXAPIData`): one point for each right statement chosen first."""

from __future__ import annotations

from h5p_exports.content_types.single_choice_set import SingleChoiceSet
from h5p_exports.content_types.summary import Summary
from h5p_exports.errors import InvalidResponse
from h5p_exports.scoring.parts import SEPARATOR, match_children, read_indexes, read_response
from h5p_exports.scoring.result import Score


def score_choices(model: SingleChoiceSet, children: object) -> Score:
    """One point for each question answered by its first answer; no word on success.

    `children` are the answers, each ``{subContentId, response}``: an index, or empty. Raises `InvalidResponse`.
    """
    answers = match_children([choice.sub_content_id for choice in model.choices], children)
    scores = []
    for index, choice in enumerate(model.choices):
        chosen = read_indexes(read_response(answers.get(index, {})), len(choice.answers))
        if len(chosen) > 1:
            raise InvalidResponse(f"children[{index}].response")
        right = chosen == (0,)
        scores.append((choice.sub_content_id, Score(int(right), 1, right)))
    return Score(sum(score.raw for _, score in scores), len(scores), None, tuple(scores))


def score_summary(model: Summary, children: object) -> Score:
    """One point for each group whose right statement was chosen at once; no word on success.

    `children` are the answers, each ``{subContentId, response}``: the indexes clicked in order, so ``1[,]0`` is a
    mistake put right. A state that was restored leaves empty places among them. Raises `InvalidResponse`.
    """
    answers = match_children([panel.sub_content_id for panel in model.panels], children)
    scores = []
    for index, panel in enumerate(model.panels):
        clicks = read_response(answers.get(index, {})).split(SEPARATOR)
        chosen = read_indexes(SEPARATOR.join(filter(None, clicks)), len(panel.statements))
        right = chosen == (0,) and len(clicks) == 1
        scores.append((panel.sub_content_id, Score(int(right), 1, None)))
    return Score(sum(score.raw for _, score in scores), len(scores), None, tuple(scores))
