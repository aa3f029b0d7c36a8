"""The activities that can be placed in courses."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, BinaryIO

from sqlalchemy import exists, func, insert, or_, select
from sqlalchemy.engine import Connection

from activities.kind import Kind
from activities.registry import KINDS
from lti_tool.catalogue.blobs import Blob, LocalBlobs
from lti_tool.catalogue.models import activities, media, revisions
from lti_tool.db import AnyRow, Database
from lti_tool.errors import NotFound

LONGEST_SLUG = 80
REVISIONS_IN_MEMORY = 256


@dataclass(frozen=True, slots=True)
class MediumSource:
    """A medium to store: its path in the content, its media type, and how to read it."""

    path: str
    media_type: str
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class NewActivity:
    """An activity to store. `record` is its card: discipline, niveaux, licence, authors."""

    slug: str
    kind: str
    title: str
    settings: Mapping[str, Any]
    record: Mapping[str, Any] = field(default_factory=dict)
    media: tuple[MediumSource, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """An activity as it was at one moment; never changes."""

    id: int
    activity_id: int
    slug: str
    title: str
    kind: Kind
    settings: Any
    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the catalogue: an activity and its newest revision."""

    activity_id: int
    revision_id: int
    slug: str
    kind: str
    title: str
    record: Mapping[str, Any]


class Catalogue:
    """Stores activities, gives their revisions back."""

    def __init__(self, database: Database, blobs: LocalBlobs, clock: Callable[[], datetime]) -> None:
        self._database = database
        self.blobs = blobs
        self._clock = clock
        # Revisions never change, so they can be kept parsed.
        self._parsed = lru_cache(maxsize=REVISIONS_IN_MEMORY)(self._load)

    def store(self, new: NewActivity, *, owner_context_id: int | None = None) -> int:
        """Store an activity, or a new revision of it when its slug is known and its content is new.

        Returns the id of the revision. The same content under another slug is not stored again for the same owner:
        its newest revision is returned. Media are written before the transaction: it stays short.
        """
        KINDS[new.kind].settings_model.model_validate(dict(new.settings))
        blobs = [(source, self._put(source)) for source in new.media]
        settings = json.dumps(new.settings, ensure_ascii=False, sort_keys=True)
        record = json.dumps(new.record, ensure_ascii=False, sort_keys=True)
        named = [(source.path, blob.sha256) for source, blob in blobs]
        digest = hashlib.sha256(json.dumps([new.title, settings, record, named]).encode()).hexdigest()
        now = self._clock()
        with self._database.write() as connection:
            same = _same_content(connection, new.slug, digest, owner_context_id)
            if same is not None:
                return same
            activity_id = self._activity(connection, new, owner_context_id, now)
            last = connection.execute(
                select(revisions.c.id, revisions.c.number, revisions.c.digest)
                .where(revisions.c.activity_id == activity_id)
                .order_by(revisions.c.number.desc())
                .limit(1)
            ).first()
            if last is not None and last.digest == digest:
                return int(last.id)
            number = last.number + 1 if last else 1
            values = {"activity_id": activity_id, "number": number, "digest": digest, "created_at": now}
            revision_id = connection.execute(
                insert(revisions).values(**values, record=record, settings=settings).returning(revisions.c.id)
            ).scalar_one()
            for source, blob in blobs:
                connection.execute(
                    insert(media).values(
                        revision_id=revision_id,
                        path=source.path,
                        media_type=source.media_type,
                        size=blob.size,
                        sha256=blob.sha256,
                    )
                )
        return int(revision_id)

    def _put(self, source: MediumSource) -> Blob:
        with source.open() as stream:
            return self.blobs.put(stream)

    def _activity(self, connection: Connection, new: NewActivity, owner: int | None, now: datetime) -> int:
        row = connection.execute(select(activities.c.id).where(activities.c.slug == new.slug)).first()
        if row is not None:
            connection.execute(
                activities.update().where(activities.c.id == row.id).values(title=new.title, kind=new.kind)
            )
            return int(row.id)
        values = {"slug": new.slug, "kind": new.kind, "title": new.title, "owner_context_id": owner}
        statement = insert(activities).values(**values, created_at=now).returning(activities.c.id)
        return int(connection.execute(statement).scalar_one())

    def revision(self, revision_id: int) -> Revision:
        """A revision, its settings parsed. Raises `NotFound("activity-unknown")`."""
        return self._parsed(revision_id)

    def _load(self, revision_id: int) -> Revision:
        statement = (
            select(revisions, activities.c.slug, activities.c.title, activities.c.kind)
            .join(activities, activities.c.id == revisions.c.activity_id)
            .where(revisions.c.id == revision_id)
        )
        with self._database.read() as connection:
            row = connection.execute(statement).first()
        if row is None:
            raise NotFound("activity-unknown")
        kind = KINDS[row.kind]
        return Revision(
            id=row.id,
            activity_id=row.activity_id,
            slug=row.slug,
            title=row.title,
            kind=kind,
            settings=kind.settings_model.model_validate_json(row.settings),
            record=json.loads(row.record),
        )

    def visible(self, *, context_id: int | None) -> list[Listed]:
        """What a course may place: the activities for everyone and its own, newest revision each, by title."""
        newest = (
            select(revisions.c.activity_id, func.max(revisions.c.id).label("revision_id"))
            .group_by(revisions.c.activity_id)
            .subquery()
        )
        statement = (
            select(activities, newest.c.revision_id, revisions.c.record)
            .join(newest, newest.c.activity_id == activities.c.id)
            .join(revisions, revisions.c.id == newest.c.revision_id)
            .order_by(activities.c.title, activities.c.id)
        )
        for_all = activities.c.owner_context_id.is_(None)
        if context_id is None:
            statement = statement.where(for_all)
        else:
            statement = statement.where(or_(for_all, activities.c.owner_context_id == context_id))
        with self._database.read() as connection:
            return [_listed(row) for row in connection.execute(statement)]

    def medium(self, revision_id: int, path: str) -> tuple[str, str]:
        """The media type and the SHA-256 of a medium. Raises `NotFound("medium-unknown")`."""
        statement = select(media.c.media_type, media.c.sha256).where(
            media.c.revision_id == revision_id, media.c.path == path
        )
        with self._database.read() as connection:
            row = connection.execute(statement).first()
        if row is None:
            raise NotFound("medium-unknown")
        return row.media_type, row.sha256


def _same_content(connection: Connection, slug: str, digest: str, owner: int | None) -> int | None:
    """The newest revision of another activity of this owner, when it is the same in everything but the slug."""
    newer = revisions.alias("newer")
    is_newest = ~exists().where(newer.c.activity_id == revisions.c.activity_id, newer.c.id > revisions.c.id)
    statement = (
        select(revisions.c.id)
        .join(activities, activities.c.id == revisions.c.activity_id)
        .where(revisions.c.digest == digest, activities.c.slug != slug, is_newest)
        .where(activities.c.owner_context_id.is_not_distinct_from(owner))
        .limit(1)
    )
    return connection.scalar(statement)


def _listed(row: AnyRow) -> Listed:
    return Listed(row.id, row.revision_id, row.slug, row.kind, row.title, json.loads(row.record))


def new_slug(title: str) -> str:
    """A readable slug for an uploaded activity, with a random end so that two uploads never meet."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: LONGEST_SLUG - 9].strip("-")
    return f"{words or 'activite'}-{secrets.token_hex(4)}"
