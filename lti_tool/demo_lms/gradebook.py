"""What happens to a score that arrives: Moodle's rules, its traps included (`docs/operate/moodle.md`; AGS 2.0 §3.4)."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lti_tool.demo_lms.bodies import json_object
from lti_tool.demo_lms.config import DemoActivity, DemoConfig
from lti_tool.demo_lms.errors import ScoreRefused, ServiceRefused
from lti_tool.demo_lms.store import Grade, LineItem, Store

EMPTY = "–"
EARLIEST_YEAR, LATEST_YEAR = 1970, 9000
REQUIRED = ("userId", "timestamp", "activityProgress", "gradingProgress")


def couple(store: Store, config: DemoConfig) -> None:
    """Give each graded activity its column; an activity known from an earlier run keeps its own, and its grades."""
    with store.transaction():
        coupled = {item.link_id: item for item in store.line_items() if item.coupled}
        for activity in config.activities:
            if activity.points is None:
                continue
            item = coupled.get(activity.key)
            if item is None:
                store.add_line_item(
                    label=activity.title,
                    maximum=activity.points,
                    link_id=activity.key,
                    resource_id=activity.resource_id,
                    tag=activity.tag,
                    coupled=True,
                )
            else:
                changed = dataclasses.replace(item, label=activity.title, maximum=activity.points)
                change_item(store, changed, was=item, now=None)


def change_item(store: Store, item: LineItem, *, was: LineItem, now: int | None) -> None:
    """Write a changed column; another maximum rescales its grades, and dates them ``now`` unless it is ``None``."""
    store.change_line_item(item)
    if item.maximum != was.maximum and was.maximum:
        store.rescale(item.id, item.maximum / was.maximum, modified=now)


def receive_score(store: Store, config: DemoConfig, *, item_id: int, body: bytes, now: int) -> None:
    """Store one score (AGS 2.0 §3.4). Raises `ServiceRefused`: 400, 404, 409.

    A score that is not ``FullyGraded``, or has no ``scoreGiven``, erases the grade; it also dates it ``now`` when
    it has a comment. A timestamp that is not a later *second* than the stored one is a conflict. A score without
    a comment clears the earlier comment.
    """
    score = read_score(config, body)
    stamp = math.floor(_moment(score["timestamp"]).timestamp())
    comment = str(score.get("comment") or "")
    user_id = str(score["userId"])
    with store.transaction():
        item = find_item(store, item_id)
        before = store.grade(item_id, user_id)
        if before is not None and before.modified >= stamp:
            reason = f"Refusing score with an earlier timestamp for item {item_id} and user {user_id}"
            raise ScoreRefused(409, reason)
        if score["gradingProgress"] == "FullyGraded" and score.get("scoreGiven") is not None:
            store.put_grade(Grade(item_id, user_id, _rescaled(score, item.maximum), comment, stamp))
        elif comment:
            store.put_grade(Grade(item_id, user_id, None, comment, now))
        else:
            store.remove_grade(item_id, user_id)


def read_score(config: DemoConfig, body: bytes) -> Mapping[str, Any]:
    """The score of a request, checked. Raises `ServiceRefused` 400, whose reason repeats the body as Moodle's does."""
    score = json_object(body)
    if score is None or not _is_correct(config, score):
        raise ScoreRefused(400, "Incorrect score received" + body.decode("utf-8", "replace"))
    return score


def find_item(store: Store, item_id: int) -> LineItem:
    """The column of that id. Raises `ServiceRefused` 404."""
    item = next((item for item in store.line_items() if item.id == item_id), None)
    if item is None:
        raise ServiceRefused(404, f"Not Found: Grade item {item_id} doesn't exist")
    return item


def main_item(items: list[LineItem], activity: DemoActivity) -> LineItem | None:
    """The column that stands for an activity: its own, else the first that the tool made for it."""
    linked = [item for item in items if item.link_id == activity.key]
    return next((item for item in linked if item.coupled), linked[0] if linked else None)


def gradebook(store: Store, config: DemoConfig) -> dict[str, Any]:
    """The gradebook as data: ``activities`` (the columns) and ``rows`` (a pupil each, ``cells`` by column key).

    Columns that the tool made beside those of the activities come last, under the key ``item-<id>``.
    """
    items = store.line_items()
    grades = {(grade.line_item_id, grade.user_id): grade for grade in store.grades()}
    columns = [(activity.key, activity.title, main_item(items, activity)) for activity in config.activities]
    shown = {item.id for _, _, item in columns if item}
    columns += [(f"item-{item.id}", item.label, item) for item in items if not item.coupled and item.id not in shown]
    return {
        "activities": [
            {"key": key, "title": title, "maximum": item.maximum if item else None} for key, title, item in columns
        ],
        "rows": [
            {
                "user": pupil.id,
                "name": pupil.name,
                "cells": {
                    key: _cell(item, grades.get((item.id, pupil.id))) if item else None for key, _, item in columns
                },
            }
            for pupil in config.pupils
        ],
    }


def points(number: float) -> str:
    """A number of points in French: at most two decimals, a comma, no useless zero."""
    return f"{number:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def iso(seconds: int) -> str:
    """A moment as Moodle writes it, UTC."""
    return datetime.fromtimestamp(seconds, tz=UTC).isoformat()


def _cell(item: LineItem, grade: Grade | None) -> dict[str, Any] | None:
    if grade is None:
        return None
    text = EMPTY if grade.score is None else f"{points(grade.score)} / {points(item.maximum)}"
    return {
        "text": text,
        "score": grade.score,
        "maximum": item.maximum,
        "comment": grade.comment,
        "timestamp": iso(grade.modified),
    }


def _is_correct(config: DemoConfig, score: Mapping[str, Any]) -> bool:
    given, maximum = score.get("scoreGiven"), score.get("scoreMaximum")
    return (
        all(score.get(name) is not None for name in REQUIRED)
        and _is_moment(score["timestamp"])
        and (given is None or (_is_number(given) and maximum is not None))
        and (maximum is None or _is_number(maximum))
        and _is_pupil(config, str(score["userId"]))
    )


def _is_pupil(config: DemoConfig, user_id: str) -> bool:
    return any(user.id == user_id and user.role == "pupil" for user in config.users)


def _rescaled(score: Mapping[str, Any], maximum: float) -> float:
    given, out_of = float(score["scoreGiven"]), float(score["scoreMaximum"])
    scaled = given * maximum / out_of if out_of > 0 else given
    return min(max(scaled, 0.0), maximum)


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    try:
        return math.isfinite(float(value))
    except (ValueError, OverflowError):
        return False


def _is_moment(value: object) -> bool:
    try:
        _moment(value)
    except (TypeError, ValueError):
        return False
    return True


def _moment(value: object) -> datetime:
    """An ISO 8601 date and time with its offset (AGS 2.0 §3.4.7)."""
    if not isinstance(value, str):
        raise TypeError
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None or not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise ValueError
    return moment
