"""The hooks of the question types (their `upgrades.js`), and the way back where there is one."""

from __future__ import annotations

from h5p_exports.migrate.hooks.common import Fields, group, identify, items, title_from
from h5p_exports.migrate.registry import Hook, downgrade, upgrade


def _feedback_from(field: str) -> Hook:
    """One text on the score becomes a range of `overallFeedback`."""

    def hook(params: Fields, _metadata: Fields) -> None:
        if text := params.get(field):
            params["overallFeedback"] = [{"from": 0, "to": 100, "feedback": text}]
            del params[field]

    return hook


def _nest_media(params: Fields, _metadata: Fields) -> None:
    """The media gains a level, and the choice not to enlarge it."""
    behaviour = group(params, "behaviour")
    zooming = behaviour.pop("disableImageZooming", False)
    if params.get("media"):
        params["media"] = {"type": params["media"], "disableImageZooming": bool(zooming)}


upgrade("H5P.MultiChoice", (1, 13))(title_from("question"))
upgrade("H5P.MultiChoice", (1, 14))(_nest_media)
upgrade("H5P.TrueFalse", (1, 5))(title_from("question"))
upgrade("H5P.TrueFalse", (1, 6))(_nest_media)
upgrade("H5P.Blanks", (1, 8))(_feedback_from("score"))
upgrade("H5P.Blanks", (1, 11))(title_from("text"))
upgrade("H5P.Blanks", (1, 12))(_nest_media)
upgrade("H5P.DragText", (1, 6))(_feedback_from("score"))
upgrade("H5P.DragText", (1, 8))(title_from("taskDescription"))
upgrade("H5P.MarkTheWords", (1, 7))(_feedback_from("score"))
upgrade("H5P.MarkTheWords", (1, 9))(title_from("taskDescription"))
upgrade("H5P.Summary", (1, 8))(_feedback_from("summary"))
upgrade("H5P.Summary", (1, 10))(title_from("intro"))
upgrade("H5P.SingleChoiceSet", (1, 7))(identify("choices"))
upgrade("H5P.Summary", (1, 6))(identify("summaries"))


@upgrade("H5P.Blanks", (1, 5))
def _blanks_media(params: Fields, _metadata: Fields) -> None:
    if image := params.pop("image", None):
        params["media"] = {"library": "H5P.Image 1.0", "params": {"file": image}}


@upgrade("H5P.SingleChoiceSet", (1, 9))
def _single_choice_set_feedback(params: Fields, _metadata: Fields) -> None:
    if text := group(params, "l10n").pop("resultSlideTitle", None):
        params["overallFeedback"] = [{"from": 0, "to": 100, "feedback": text}]


@upgrade("H5P.SingleChoiceSet", (1, 11))
def _single_choice_set_title(params: Fields, metadata: Fields) -> None:
    for choice in items(params, "choices"):
        title_from("question")(choice, metadata)
        return


@upgrade("H5P.DragQuestion", (1, 11))
def _drag_question_feedback(params: Fields, metadata: Fields) -> None:
    _feedback_from("feedback")(params, metadata)
    question = group(params, "question")
    for zone in items(group(question, "task"), "dropZones"):
        tip = zone.pop("tip", "")
        zone["tipsAndFeedback"] = {
            "tip": tip if isinstance(tip, str) else "",
            "feedbackOnCorrect": "",
            "feedbackOnIncorrect": "",
        }
    behaviour = params["behaviour"] = group(params, "behaviour")
    if "backgroundOpacity" in params:
        behaviour["backgroundOpacity"] = params.pop("backgroundOpacity")
    settings = group(question, "settings")
    for name in ("dropZoneHighlighting", "autoAlignSpacing", "enableFullScreen"):
        if name in settings:
            behaviour[name] = settings.pop(name)


@upgrade("H5P.DragQuestion", (1, 13))
def _drag_question_title(params: Fields, metadata: Fields) -> None:
    settings = group(group(params, "question"), "settings")
    shown, title = settings.pop("showTitle", False), settings.pop("questionTitle", None)
    if isinstance(params.get("behaviour"), dict):
        params["behaviour"]["showTitle"] = shown or False
    if title:
        metadata["title"] = title


@upgrade("H5P.DragQuestion", (1, 14))
def _drag_question_elements(params: Fields, _metadata: Fields) -> None:
    """Elements that are gone, or that a zone does not take, belong to no zone any more."""
    task = group(group(params, "question"), "task")
    elements = list(items(task, "elements"))
    for index, zone in enumerate(items(task, "dropZones")):
        correct = zone.get("correctElements")
        if isinstance(correct, list):
            zone["correctElements"] = [number for number in correct if _takes(elements, number, str(index))]


def _takes(elements: list[Fields], number: object, zone: str) -> bool:
    if not isinstance(number, str) or not number.isdecimal() or int(number) >= len(elements):
        return False
    zones = elements[int(number)].get("dropZones")
    return isinstance(zones, list) and zone in zones


@upgrade("H5P.DragQuestion", (1, 15))
def _drag_question_handle(params: Fields, _metadata: Fields) -> None:
    if isinstance(params.get("behaviour"), dict):
        params["behaviour"]["dragHandleVisibility"] = False


@downgrade("H5P.DragQuestion", (1, 15))
def _drag_question_handle_back(params: Fields, _metadata: Fields) -> None:
    group(params, "behaviour").pop("dragHandleVisibility", None)


@upgrade("H5P.Essay", (1, 2))
def _essay_points(params: Fields, _metadata: Fields) -> None:
    params["media"] = {}
    params["behaviour"] = {**group(params, "behaviour"), "pointsHost": 1}


@upgrade("H5P.SortParagraphs", (0, 10))
def _sort_paragraphs_arrows(params: Fields, _metadata: Fields) -> None:
    group(params, "behaviour").pop("arrowsPositions", None)
