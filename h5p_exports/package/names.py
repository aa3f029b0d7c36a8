"""Names of the entries of an archive: which are safe, which are passed over, which are content."""

from __future__ import annotations

import re
import unicodedata
from zipfile import ZipInfo

from h5p_exports.errors import PackageRefused

_UTF_8_NAME = 0x800
_LONGEST = 1024
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DRIVE = re.compile(r"[A-Za-z]:")
_PASSED_OVER = re.compile(r"(?:^|/)[._]")


def entry_name(info: ZipInfo) -> str:
    """The name of an entry, `/` between folders. Raises `PackageRefused` (``zip-slip``) when it is not safe.

    Not safe: an absolute path, a drive, ``..``, an empty or ``.`` segment, a backslash, a control character, a name
    that is not UTF-8.
    """
    # `filename` is cut at the first NUL: only the original tells.
    name = info.orig_filename
    if not info.flag_bits & _UTF_8_NAME:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            raise PackageRefused("zip-slip", name=_CONTROL.sub("?", name)) from None
    return safe_name(name)


def safe_name(name: str) -> str:
    """The name itself when it is safe; see `entry_name`."""
    segments = name.removesuffix("/").split("/")
    if (
        len(name) > _LONGEST
        or "\\" in name
        or _CONTROL.search(name)
        or _DRIVE.match(name)
        or any(segment in {"", ".", ".."} for segment in segments)
    ):
        raise PackageRefused("zip-slip", name=_CONTROL.sub("?", name))
    return name


def same_name_key(name: str) -> str:
    """Equal for names that some file system takes for the same one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold()).removesuffix("/")


def is_passed_over(name: str) -> bool:
    """Whether the reference ignores it: a folder or file that starts with ``.`` or ``_`` (``__MACOSX``…)."""
    return _PASSED_OVER.search(name) is not None


def extension(name: str) -> str:
    """What follows the last dot, in lower case; empty where there is none."""
    return name.rpartition(".")[2].lower() if "." in name.rpartition("/")[2] else ""
