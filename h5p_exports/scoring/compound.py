"""Scores of contents made of contents: the sum of what is inside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from h5p_exports.content_types.child import Child
from h5p_exports.content_types.library import LibraryName
from h5p_exports.errors import InvalidResponse, UnsupportedContentType
from h5p_exports.scoring.parts import Answers, match_children
from h5p_exports.scoring.question_set import total
from h5p_exports.scoring.result import Score

ScoreChild = Callable[[Child, Answers], Score]
"""The score of what was answered to one content inside."""


def is_counted(child: Child) -> bool:
    """Whether a content inside is worth points. Raises `UnsupportedContentType` where that is not known here."""
    name = LibraryName.parse(child.library)
    if name.unscored:
        return False
    if child.model is None or not name.scored:
        raise UnsupportedContentType(child.library)
    return True


def read_children(children: Sequence[Child], given: object) -> list[tuple[Child, Answers]]:
    """The contents that are worth points, each with what was answered, in the author's order.

    An answer is matched by its `subContentId`, else by its position among these contents; one that is missing was
    left empty. Raises `InvalidResponse`, `UnsupportedContentType`.
    """
    counted = [child for child in children if is_counted(child)]
    identifiers = [child.sub_content_id for child in counted]
    ignored = {child.sub_content_id for child in children}.difference(identifiers)
    answers = match_children(identifiers, given, ignored=ignored)
    return [(child, answers.get(index, {})) for index, child in enumerate(counted)]


def add_up(answered: Sequence[tuple[Child, Answers]], score_child: ScoreChild) -> Score:
    """The sum of the scores inside; a success when nothing is missing, even where there is nothing to win."""
    scores = []
    for index, (child, answers) in enumerate(answered):
        try:
            scores.append((child.sub_content_id, score_child(child, answers)))
        except InvalidResponse as error:
            raise InvalidResponse(f"children[{index}].{error.params['where']}") from error
    return replace(total(score for _, score in scores), children=tuple(scores))
