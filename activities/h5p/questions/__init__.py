"""The content types that are played, one module for each way of answering."""

from __future__ import annotations

from activities.h5p.questions.base import Question
from activities.h5p.questions.blanks import FillIn
from activities.h5p.questions.choices import Choices
from h5p_exports.content_types import MultiChoice, TrueFalse
from h5p_exports.content_types import Question as QuestionModel

__all__ = ["Choices", "FillIn", "Question", "question_of"]


def question_of(model: QuestionModel) -> Question:
    """The playable question of a content that was read."""
    if isinstance(model, MultiChoice):
        return Choices.of_multi_choice(model)
    if isinstance(model, TrueFalse):
        return Choices.of_true_false(model)
    return FillIn(model)
