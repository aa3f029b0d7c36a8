"""Rows of attempts: started, read, changed by a step. In the caller's transaction."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.engine import Connection

from activities.kind import Context, Outcome, StepRefused
from lti_tool.attempts.models import attempts
from lti_tool.attempts.work import Attempt, PageWrite
from lti_tool.catalogue.service import Revision
from lti_tool.db import AnyRow, Overtaken
from lti_tool.errors import Conflict, Invalid

LARGEST_STATE = 256 * 1024
"""Characters of a stored state: a kind keeps well below, whatever a pupil sends."""

COLUMNS = tuple(column.label(f"attempt_{column.name}") for column in attempts.c)
"""The columns of an attempt, under names that meet no other table's."""

# Built once: building a statement costs more than running it.
_START = insert(attempts).returning(attempts.c.id)
# Where reading takes no lock, another page may have written since: then it finds nothing.
_STEP = update(attempts).where(attempts.c.id == bindparam("this"), attempts.c.version == bindparam("seen"))


def attempt_of(row: AnyRow) -> Attempt:
    """An attempt from a row with `COLUMNS`."""
    return Attempt(
        id=row.attempt_id,
        public_id=row.attempt_public_id,
        number=row.attempt_number,
        status=row.attempt_status,
        revision_id=row.attempt_revision_id,
        seed=int(row.attempt_seed, 16),
        state=json.loads(row.attempt_state),
        version=row.attempt_version,
        writer=row.attempt_writer,
        progress=row.attempt_progress,
        raw=row.attempt_raw,
        maximum=row.attempt_maximum,
        started_at=row.attempt_started_at,
    )


def start_attempt(
    connection: Connection,
    revision: Revision,
    *,
    link_id: int | None,
    person_id: int,
    preview: bool,
    number: int,
    now: datetime,
) -> Attempt:
    """Start an attempt, everything drawn."""
    seed = secrets.token_hex(16)
    state = revision.kind.start(revision.settings, Context(now=now, seed=int(seed, 16)))
    values = {
        "public_id": secrets.token_hex(16),
        "link_id": link_id,
        "person_id": person_id,
        "revision_id": revision.id,
        "number": number,
        "preview": preview,
        "status": "open",
        "seed": seed,
        "state": _dump(state),
        "version": 0,
        "writer": "",
        "progress": 0.0,
        "started_at": now,
        "saved_at": now,
    }
    attempt_id = connection.execute(_START, values).scalar_one()
    return Attempt(
        id=int(attempt_id),
        public_id=str(values["public_id"]),
        number=number,
        status="open",
        revision_id=revision.id,
        seed=int(seed, 16),
        state=state,
        version=0,
        writer="",
        progress=0.0,
        raw=None,
        maximum=None,
        started_at=now,
    )


def redraw_attempt(connection: Connection, attempt: Attempt, revision: Revision, *, now: datetime) -> Attempt:
    """Begin an attempt anew on another content, in its own row; pages made of the old one are behind from then on.

    Raises `Overtaken` when a page has written into it since it was read.
    """
    seed = secrets.token_hex(16)
    state = revision.kind.start(revision.settings, Context(now=now, seed=int(seed, 16)))
    drawn = replace(
        attempt,
        revision_id=revision.id,
        seed=int(seed, 16),
        state=state,
        version=attempt.version + 1,
        writer="",
        progress=0.0,
        started_at=now,
    )
    changed = connection.execute(
        update(attempts)
        .where(attempts.c.id == attempt.id, attempts.c.version == attempt.version)
        .values(
            revision_id=revision.id,
            seed=seed,
            state=_dump(state),
            version=drawn.version,
            writer="",
            progress=0.0,
            started_at=now,
            saved_at=now,
        )
    )
    if not changed.rowcount:
        raise Overtaken
    return drawn


def apply_step(
    connection: Connection,
    attempt: Attempt,
    revision: Revision,
    *,
    event: Mapping[str, Any],
    page: PageWrite,
    now: datetime,
    tolerance: str | None = None,
) -> Outcome | None:
    """Apply an event and keep what it led to; None, and nothing is changed, when the page has acted already.

    `tolerance` is that of the place.

    Raises `Conflict("attempt-submitted")`, `Conflict("attempt-elsewhere")`, or `Invalid` with the id of the kind.
    """
    if not attempt.is_open:
        raise Conflict("attempt-submitted")
    if page.was_followed(attempt):
        return None
    if not page.is_newest(attempt):
        raise Conflict("attempt-elsewhere")
    context = Context(now=now, seed=attempt.seed, tolerance=tolerance)
    try:
        outcome = revision.kind.step(revision.settings, attempt.state, event, context)
    except StepRefused as refusal:
        raise Invalid(refusal.id, **refusal.params) from None
    state = _dump(outcome.state)
    if len(state) > LARGEST_STATE:
        raise Invalid("answer-malformed")
    values: dict[str, Any] = {
        "state": state,
        "version": attempt.version + 1,
        "writer": page.mark(event.get("action")),
        "progress": outcome.progress,
        "saved_at": now,
    }
    if outcome.completed:
        values["status"] = "submitted"
        values["submitted_at"] = now
    if outcome.score is not None:
        score = outcome.score
        values |= {"raw": score.raw, "maximum": score.maximum, "declared": score.declared}
    if not connection.execute(_STEP, {**values, "this": attempt.id, "seen": attempt.version}).rowcount:
        raise Conflict("attempt-elsewhere")
    return outcome


def _dump(state: Mapping[str, Any]) -> str:
    return json.dumps(state, ensure_ascii=False, separators=(",", ":"))
