"""Pinned libraries: which bytes a version must have. A file that an operator can read, keep and compare."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from h5p_exports.package.libraries import Library
from lti_tool.errors import Invalid, Refused

LOCK_NAME = "h5p-libs.lock"

_PIN = re.compile(r"sha256:[0-9a-f]{64}")
_HEAD = "# Written by `traam h5p libraries install`: these versions have these bytes, or are refused.\n\n"


@dataclass(frozen=True, slots=True)
class Lock:
    """Goes from a library with its patch, such as ``H5P.Blanks 1.14.37``, to ``sha256:`` and its digest."""

    pins: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Lock:
        """Read a file; one that is not there pins nothing. Raises `Invalid("h5p-lock-unreadable")`."""
        try:
            pins = tomllib.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError):
            raise Invalid("h5p-lock-unreadable", file=path.name) from None
        if not all(isinstance(pin, str) and _PIN.fullmatch(pin) for pin in pins.values()):
            raise Invalid("h5p-lock-unreadable", file=path.name)
        return cls(pins)

    def check(self, libraries: Iterable[Library], *, only: bool = False) -> None:
        """Refuse other bytes under a pinned version and, with `only`, what is not pinned.

        Raises `Refused`: ``h5p-library-not-as-locked``, ``h5p-library-not-locked``.
        """
        for library in libraries:
            pin = self.pins.get(str(library))
            if pin is None and only:
                raise Refused("h5p-library-not-locked", library=str(library))
            if pin is not None and pin != _pin(library):
                raise Refused("h5p-library-not-as-locked", library=str(library))

    def with_pins(self, libraries: Iterable[Library]) -> Lock:
        """The lock with these libraries in it, each in the place of its other patches."""
        added = {str(library): _pin(library) for library in libraries}
        replaced = {name.rpartition(".")[0] for name in added}
        kept = {name: pin for name, pin in self.pins.items() if name.rpartition(".")[0] not in replaced}
        return Lock({**kept, **added})

    def write(self, path: Path) -> None:
        """Put the lock into a file, the whole or nothing."""
        lines = (f'"{name}" = "{pin}"\n' for name, pin in sorted(self.pins.items()))
        draft = path.with_name(f".{path.name}.new")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(_HEAD + "".join(lines), "utf-8")
            draft.replace(path)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            raise Invalid("h5p-lock-not-written", file=path.name, reason=error.strerror or "?") from None


def _pin(library: Library) -> str:
    return f"sha256:{library.digest}"
