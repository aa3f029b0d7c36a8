"""The list of content types, as a hub sends it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import AliasPath, BaseModel, Field, ValidationError

_NUMBER = Annotated[int, Field(ge=0, le=99_999)]

MACHINE_NAME = re.compile(r"[A-Za-z$_][0-9A-Za-z_.$-]{0,254}")
"""A name that can stand in an address."""

MOST = 2_000
"""Content types that are read; the hubs have some sixty."""


@dataclass(frozen=True, slots=True)
class ContentType:
    """A content type of a hub: its version as (major, minor, patch), the core API that it needs, what it is called.

    Texts are as somebody wrote them: not safe to be shown as HTML, nor on a terminal.
    """

    machine_name: str
    version: tuple[int, int, int]
    core_api: tuple[int, int]
    title: str

    def __str__(self) -> str:
        return f"{self.machine_name} {'.'.join(map(str, self.version))}"


class _Entry(BaseModel):
    id: str = Field(pattern=f"^(?:{MACHINE_NAME.pattern})$")
    title: str = ""
    major: _NUMBER = Field(validation_alias=AliasPath("version", "major"))
    minor: _NUMBER = Field(validation_alias=AliasPath("version", "minor"))
    patch: _NUMBER = Field(validation_alias=AliasPath("version", "patch"))
    core_major: _NUMBER = Field(validation_alias=AliasPath("coreApiVersionNeeded", "major"))
    core_minor: _NUMBER = Field(validation_alias=AliasPath("coreApiVersionNeeded", "minor"))


def read_content_types(entries: list[object]) -> Iterator[ContentType]:
    """The content types of a list, each once; entries that mean nothing are passed over, as are those beyond `MOST`."""
    seen: set[str] = set()
    for entry in entries[:MOST]:
        try:
            read = _Entry.model_validate(entry)
        except ValidationError:
            continue
        if read.id not in seen:
            seen.add(read.id)
            yield ContentType(
                machine_name=read.id,
                version=(read.major, read.minor, read.patch),
                core_api=(read.core_major, read.core_minor),
                title=read.title,
            )
