"""Pinned libraries: which bytes a version must have. A file that an operator can read, keep and compare."""

from __future__ import annotations

import fcntl
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from h5p_exports.package.libraries import Library
from lti_tool.errors import Invalid, Refused

LOCK_NAME = "h5p-libs.lock"

_NUMBER = r"(?:0|[1-9][0-9]{0,4})"
_LIBRARY = re.compile(rf"[A-Za-z_][0-9A-Za-z_.-]{{0,254}} {_NUMBER}\.{_NUMBER}\.{_NUMBER}")
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
        if not all(
            _LIBRARY.fullmatch(name) and isinstance(pin, str) and _PIN.fullmatch(pin) for name, pin in pins.items()
        ):
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
        """The lock with these libraries in it, each in the place of its older patches."""
        added = {str(library): library for library in libraries}
        patches = {str(library.name): library.patch for library in added.values()}
        kept = {name: pin for name, pin in self.pins.items() if _patch(name) > patches.get(_version(name), -1)}
        return Lock({**kept, **{name: _pin(library) for name, library in added.items()}})

    @classmethod
    def pin(cls, path: Path, libraries: Iterable[Library]) -> Lock:
        """Put libraries into the lock of a file, with what others have put there meanwhile; gives the whole."""
        with _alone(path):
            lock = cls.load(path).with_pins(libraries)
            lock.write(path)
        return lock

    def write(self, path: Path) -> None:
        """Put the lock into a file, the whole or nothing. Raises `Invalid("h5p-lock-not-written")`."""
        lines = (f'"{name}" = "{pin}"\n' for name, pin in sorted(self.pins.items()))
        draft = path.with_name(f".{path.name}.new")
        try:
            draft.write_text(_HEAD + "".join(lines), "utf-8")
            draft.replace(path)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            raise _not_written(path, error) from None


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One process at a time: the folder is held, because the file is replaced."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
    except OSError as error:
        raise _not_written(path, error) from None
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _not_written(path: Path, error: OSError) -> Invalid:
    return Invalid("h5p-lock-not-written", file=path.name, reason=error.strerror or "?")


def _version(name: str) -> str:
    return name.rpartition(".")[0]


def _patch(name: str) -> int:
    return int(name.rpartition(".")[2])


def _pin(library: Library) -> str:
    return f"sha256:{library.digest}"
