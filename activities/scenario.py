"""Scenarios: an activity as a folder that a teacher can keep on a git forge.

The folder holds `activity.yaml` (a record card, then the settings of its kind under the kind's own name) and, beside
it, media in `images/`, `audios/`, `videos/` or `files/`; anything else there (README, licence…) is left alone.
The format is described for teachers in `docs/write-an-activity.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from activities import strict_yaml
from activities.strict_yaml import Place, YamlRefused, written

FILE_NAME = "activity.yaml"
MEDIA_FOLDERS = ("audios", "files", "images", "videos")

_SHIPPED = Path(__file__).parent / "scenarios"
_KIND = re.compile(r"[a-z][a-z0-9_]{0,31}")

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255, pattern=r"^.+$")]
Lines = Annotated[tuple[Line, ...], Field(min_length=1, max_length=20)]


class ScenarioInvalid(Exception):
    """A scenario cannot be used.

    `id` is one of ``scenario-unreadable``, ``scenario-missing-key``, ``scenario-unknown-key``,
    ``scenario-wrong-value``, ``scenario-medium-refused``, or an id of `strict_yaml` (``yaml-…``).
    `path` is the file at fault, `line` counts from 1, `where` is a key such as ``niveaux[0]``, `detail` is technical.
    """

    def __init__(self, id: str, path: Path, *, line: int = 1, where: str = "", detail: str = "") -> None:
        super().__init__(id)
        self.id = id
        self.path = path
        self.line = line
        self.where = where
        self.detail = detail

    def __str__(self) -> str:
        return ": ".join(part for part in (f"{self.path}:{self.line}", self.where, self.id, self.detail) if part)


class Record(BaseModel):
    """The record card of an activity: what a catalogue shows of it.

    `id` is its slug; `licence` the name of the licence with its version (``CC BY-SA 4.0``); `year` that
    of the scenario's TraAM.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, StringConstraints(max_length=80, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    title: Line
    summary: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
    discipline: Line
    niveaux: Lines
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
    licence: Line
    authors: Lines
    academie: Line | None = None
    year: Annotated[int, Field(strict=True, ge=2000, le=2100)] | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """An activity read from a folder.

    `settings` is JSON for the settings model of the `kind`, not yet checked by it; `media` are the paths of the
    media inside `folder`, as the settings name them (``images/carte.png``).
    """

    record: Record
    kind: str
    settings: dict[str, Any]
    folder: Path
    media: tuple[Path, ...]


def load_scenario(folder: Path) -> Scenario:
    """Read a folder. Raises `ScenarioInvalid`; a link to elsewhere is never followed."""
    path = folder / FILE_NAME
    document = _read(path)
    if not isinstance(document.value, dict):
        raise ScenarioInvalid("scenario-wrong-value", path, detail="a mapping is expected")
    fields = dict(document.value)

    def invalid(id: str, place: Place, detail: str = "") -> ScenarioInvalid:
        return ScenarioInvalid(id, path, line=document.line_of(place), where=written(place), detail=detail)

    if "kind" not in fields:
        raise invalid("scenario-missing-key", ("kind",))
    kind = fields.pop("kind")
    if not isinstance(kind, str) or not _KIND.fullmatch(kind) or kind in Record.model_fields:
        raise invalid("scenario-wrong-value", ("kind",))
    if kind not in fields:
        raise invalid("scenario-missing-key", (kind,))
    settings = fields.pop(kind)
    if not isinstance(settings, dict):
        raise invalid("scenario-wrong-value", (kind,), "a mapping is expected")
    try:
        record = Record.model_validate(fields)
    except ValidationError as errors:
        error = errors.errors(include_url=False, include_input=False)[0]
        id = {"missing": "scenario-missing-key", "extra_forbidden": "scenario-unknown-key"}
        raise invalid(id.get(error["type"], "scenario-wrong-value"), error["loc"], error["msg"]) from errors
    return Scenario(record, kind, settings, folder, tuple(_media(folder)))


def shipped_scenarios() -> tuple[Scenario, ...]:
    """The scenarios that come with the tool, by the name of their folder."""
    return tuple(load_scenario(path.parent) for path in sorted(_SHIPPED.glob(f"*/{FILE_NAME}")))


def _read(path: Path) -> strict_yaml.Document:
    if path.is_symlink() or not path.is_file():
        raise ScenarioInvalid("scenario-unreadable", path)
    try:
        with path.open("rb") as file:
            return strict_yaml.read(file.read(strict_yaml.LARGEST + 1))
    except OSError as error:
        raise ScenarioInvalid("scenario-unreadable", path, detail=error.strerror or "") from error
    except YamlRefused as error:
        raise ScenarioInvalid(error.id, path, line=error.line, where=error.where, detail=error.detail) from error


def _media(folder: Path) -> Iterator[Path]:
    for name in MEDIA_FOLDERS:
        for path in (folder / name, *sorted((folder / name).rglob("*"))):
            if path.is_symlink():
                raise ScenarioInvalid("scenario-medium-refused", path)
            if path.is_file():
                yield path.relative_to(folder)
