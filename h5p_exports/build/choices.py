"""Builders of the types in which one chooses among texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from h5p_exports.build.draft import Draft, Value, given, title_of
from h5p_exports.build.identifiers import identified
from h5p_exports.build.options import DEFAULT, Feedback, Options, buttons, dialogs, media, overall_feedback
from h5p_exports.errors import BuildRefused

_MOST_CHOICES = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to choose; texts are HTML. Feedbacks are for who chose it and for who did not."""

    text: str
    correct: bool = False
    tip: str = ""
    chosen: str = ""
    not_chosen: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A question, or nothing in a summary, and statements (HTML) of which the first is right."""

    statements: Sequence[str]
    question: str = ""
    tip: str = ""


def multichoice(
    question: str,
    answers: Sequence[Answer],
    *,
    kind: Literal["auto", "single", "multi"] = "auto",
    all_or_nothing: bool = False,
    random_order: bool = True,
    pass_percentage: int = 100,
    options: Options = DEFAULT,
) -> Draft:
    """H5P.MultiChoice: choose one or several answers; texts are HTML.

    `kind` ``auto``: several answers may be chosen unless exactly one is right. `all_or_nothing`: one point in all.
    Raises `BuildRefused` without answers.
    """
    if not answers:
        raise BuildRefused("nothing-to-build", where="answers")
    listed: list[Value] = [
        given(
            text=answer.text,
            correct=answer.correct,
            tipsAndFeedback=given(tip=answer.tip, chosenFeedback=answer.chosen, notChosenFeedback=answer.not_chosen),
        )
        for answer in answers
    ]
    behaviour = {
        **buttons(options),
        "type": kind,
        "singlePoint": all_or_nothing,
        "randomAnswers": random_order,
        "showSolutionsRequiresInput": True,
        **dialogs(options),
        "autoCheck": options.auto_check,
        "passPercentage": pass_percentage,
        "showScorePoints": options.score_points,
    }
    return Draft(
        "H5P.MultiChoice",
        title_of(question, default="QCM"),
        given(
            media=media(options),
            question=question,
            answers=listed,
            overallFeedback=overall_feedback(options.feedback),
            behaviour=behaviour,
        ),
    )


def true_false(
    question: str, correct: bool, *, on_correct: str = "", on_wrong: str = "", options: Options = DEFAULT
) -> Draft:
    """H5P.TrueFalse: is the statement (HTML) true? The feedbacks are plain text."""
    behaviour = {
        **buttons(options),
        **dialogs(options),
        "autoCheck": options.auto_check,
        **given(feedbackOnCorrect=on_correct, feedbackOnWrong=on_wrong),
    }
    return Draft(
        "H5P.TrueFalse",
        title_of(question, default="Vrai ou faux"),
        # A text: the official player takes a boolean for "false".
        given(media=media(options), question=question, correct="true" if correct else "false", behaviour=behaviour),
    )


def single_choice_set(
    choices: Sequence[Group],
    *,
    auto_continue: bool = True,
    timeout_correct: int = 2000,
    timeout_wrong: int = 3000,
    sounds: bool = False,
    pass_percentage: int = 100,
    options: Options = DEFAULT,
) -> Draft:
    """H5P.SingleChoiceSet: quick questions, two to four answers each; timeouts in milliseconds.

    Raises `BuildRefused` without questions or where a question does not have two to four answers.
    """
    _check(choices, most=_MOST_CHOICES)
    listed = identified({"question": choice.question, "answers": list(choice.statements)} for choice in choices)
    return Draft(
        "H5P.SingleChoiceSet",
        title_of(choices[0].question, default="Questions rapides"),
        given(
            choices=listed,
            overallFeedback=overall_feedback(options.feedback),
            behaviour={
                "autoContinue": auto_continue,
                "timeoutCorrect": timeout_correct,
                "timeoutWrong": timeout_wrong,
                "soundEffectsEnabled": sounds,
                "enableRetry": options.retry,
                "enableSolutionsButton": options.solution,
                "passPercentage": pass_percentage,
            },
        ),
    )


def summary(intro: str, groups: Sequence[Group], *, feedback: Sequence[Feedback] = ()) -> Draft:
    """H5P.Summary: build a summary by choosing the right statement of each group; `intro` is HTML.

    Raises `BuildRefused` without groups or where a group does not have two statements.
    """
    _check(groups, most=None)
    listed = identified(given(summary=list(group.statements), tip=group.tip) for group in groups)
    return Draft(
        "H5P.Summary",
        title_of(intro, default="Résumé"),
        given(intro=intro, summaries=listed, overallFeedback=overall_feedback(feedback)),
    )


def _check(groups: Sequence[Group], *, most: int | None) -> None:
    if not groups:
        raise BuildRefused("nothing-to-build", where="groups")
    for index, group in enumerate(groups):
        if len(group.statements) < 2:  # noqa: PLR2004 # Choosing needs two.
            raise BuildRefused("nothing-to-build", where=f"groups[{index}].statements")
        if most is not None and len(group.statements) > most:
            raise BuildRefused("too-long", where=f"groups[{index}].statements", limit=most)
