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

from sqlalchemy import Select, exists, insert, select, update
from sqlalchemy.engine import Connection

from activities.kind import Kind
from activities.registry import KINDS
from lti_tool.catalogue.blobs import Blob, BlobStore
from lti_tool.catalogue.card import Card
from lti_tool.catalogue.models import activities, media, revisions
from lti_tool.catalogue.visibility import Owner, Viewer, Visibility, visible_to
from lti_tool.db import AnyRow, Database, again_if_overtaken
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
    """An activity to store. `record` becomes its card."""

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


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the catalogue: an activity, its newest revision, its card, who made it and who may see it."""

    activity_id: int
    revision_id: int
    slug: str
    kind: str
    title: str
    card: Card
    owner_person_id: int | None
    visibility: Visibility


class Catalogue:
    """Stores activities, gives their revisions back."""

    def __init__(self, database: Database, blobs: BlobStore, clock: Callable[[], datetime]) -> None:
        self._database = database
        self.blobs = blobs
        self._clock = clock
        # Revisions never change, so they can be kept parsed.
        self._parsed = lru_cache(maxsize=REVISIONS_IN_MEMORY)(self._load)

    @again_if_overtaken
    def store(self, new: NewActivity, owner: Owner | None = None) -> int:
        """Store an activity, or a new revision of it when its slug is known and its content is new.

        Without an owner it is for everyone, else for the owner's course. Returns the id of the revision. The same
        content under another slug is not stored again for the same owner: its newest revision is returned. Media are
        written before the transaction: it stays short.
        """
        KINDS[new.kind].settings_model.model_validate(dict(new.settings))
        blobs = [(source, self._put(source)) for source in new.media]
        settings = json.dumps(new.settings, ensure_ascii=False, sort_keys=True)
        record = json.dumps(new.record, ensure_ascii=False, sort_keys=True)
        named = [(source.path, blob.sha256) for source, blob in blobs]
        digest = hashlib.sha256(json.dumps([new.title, settings, record, named]).encode()).hexdigest()
        now = self._clock()
        with self._database.write() as connection:
            same = _same_content(connection, new.slug, digest, owner)
            if same is not None:
                return same
            activity_id = self._activity(connection, new, owner, now)
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
                insert(revisions).values(**values, settings=settings).returning(revisions.c.id)
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

    def _activity(self, connection: Connection, new: NewActivity, owner: Owner | None, now: datetime) -> int:
        told = {"title": new.title, "kind": new.kind, "record": Card.of(new.record).dump()}
        row = connection.execute(select(activities.c.id).where(activities.c.slug == new.slug)).first()
        if row is not None:
            connection.execute(update(activities).where(activities.c.id == row.id).values(**told))
            return int(row.id)
        made = {
            "owner_context_id": owner.context_id if owner else None,
            "owner_person_id": owner.person_id if owner else None,
            "academie": owner.academie if owner else None,
            "visibility": Visibility.COURSE if owner else Visibility.EVERYONE,
        }
        statement = insert(activities).values(slug=new.slug, created_at=now, **told, **made).returning(activities.c.id)
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
        )

    def visible(self, viewer: Viewer) -> list[Listed]:
        """What `viewer` may place: the newest revision of each activity, by title."""
        statement = _newest().where(visible_to(viewer)).order_by(activities.c.title, activities.c.id)
        with self._database.read() as connection:
            return [_listed(row) for row in connection.execute(statement)]

    def find(self, viewer: Viewer, revision_id: int) -> Listed:
        """An activity by its newest revision. Raises `NotFound("activity-unknown")`, also for what is hidden."""
        statement = _newest().where(visible_to(viewer), revisions.c.id == revision_id)
        with self._database.read() as connection:
            row = connection.execute(statement).first()
        if row is None:
            raise NotFound("activity-unknown")
        return _listed(row)

    def describe(
        self, owner_person_id: int, revision_id: int, *, title: str, card: Card, visibility: Visibility
    ) -> None:
        """Correct the card of one's own activity, and who may see it; its revisions stay as they are.

        Raises `NotFound("activity-unknown")` for what is not one's own.
        """
        of_revision = select(revisions.c.activity_id).where(revisions.c.id == revision_id).scalar_subquery()
        mine = (activities.c.id == of_revision) & (activities.c.owner_person_id == owner_person_id)
        values = {"title": title, "record": card.dump(), "visibility": visibility}
        with self._database.write() as connection:
            if not connection.execute(update(activities).where(mine).values(**values)).rowcount:
                raise NotFound("activity-unknown")
        # Revisions are kept parsed with their titles.
        self._parsed.cache_clear()

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


def _newest() -> Select[Any]:
    """Activities with their newest revisions."""
    newer = revisions.alias()
    is_newest = ~exists().where(newer.c.activity_id == revisions.c.activity_id, newer.c.id > revisions.c.id)
    return (
        select(activities, revisions.c.id.label("revision_id"))
        .join(revisions, revisions.c.activity_id == activities.c.id)
        .where(is_newest)
    )


def _same_content(connection: Connection, slug: str, digest: str, owner: Owner | None) -> int | None:
    """The newest revision of another activity of this owner, when it is the same in everything but the slug."""
    columns = {"owner_context_id": owner and owner.context_id, "owner_person_id": owner and owner.person_id}
    statement = _newest().where(revisions.c.digest == digest, activities.c.slug != slug).limit(1)
    for name, value in columns.items():
        statement = statement.where(activities.c[name].is_not_distinct_from(value))
    row = connection.execute(statement).first()
    return row.revision_id if row else None


def _listed(row: AnyRow) -> Listed:
    return Listed(
        activity_id=row.id,
        revision_id=row.revision_id,
        slug=row.slug,
        kind=row.kind,
        title=row.title,
        card=Card.read(row.record),
        owner_person_id=row.owner_person_id,
        visibility=Visibility(row.visibility),
    )


def new_slug(title: str) -> str:
    """A readable slug for an uploaded activity, with a random end so that two uploads never meet."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: LONGEST_SLUG - 9].strip("-")
    return f"{words or 'activite'}-{secrets.token_hex(4)}"
