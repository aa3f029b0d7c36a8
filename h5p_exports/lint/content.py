"""What is wrong in params whatever their content type: scripts, addresses elsewhere, files that are not there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from h5p_exports.lint.problem import Problem

_DEEPEST = 200
_SUSPECT = re.compile(r"[<:&]")
_ACTIVE = re.compile(
    # Tags that are never part of an exercise.
    r"<\s*/?\s*(?:script|iframe|frame|frameset|object|embed|applet|svg|math|form|base|meta|link|style|template|portal)\b"
    # Event handlers, after a quoted value or not.
    r"|<[^<>]*[\s/\"'](?:on[a-z]+|srcdoc|formaction)\s*="
    r"|<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*(?:[\s/]|(?<=[\"']))(?:on[a-z]+|srcdoc|formaction)\s*=",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"[\x00-\x20\xad\u200b-\u200f]")
_ENTITIES = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]+);?")
_NAMED = {"colon": ":", "lt": "<", "gt": ">", "quot": '"', "amp": "&", "lpar": "(", "sol": "/", "equals": "="}
_SPACES = frozenset({"Tab", "NewLine", "nbsp", "shy", "ZeroWidthSpace"})
_PROTOCOL = re.compile(
    r"(?:^|=[\"'`]?)(?:(?:javascript|vbscript|livescript):|data:(?:text/html|image/svg|application/))", re.IGNORECASE
)
_SCHEME = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:|//)")
_WEB = re.compile(r"(?:https?:)?//", re.IGNORECASE)


def lint_content(params: object, *, media: Collection[str]) -> Iterator[Problem]:
    """Every problem in `params`, in their order; `media` holds the paths of the files of the package."""
    left = set(media)
    for where, key, value in _texts(params):
        if is_active(value):
            yield Problem("script-in-content", where)
        elif key == "path":
            path = value.removesuffix("#tmp")
            left.discard(path)
            yield from _path(path, where, media)
    yield from (Problem("unused-media", path) for path in sorted(left))


def is_active(text: str) -> bool:
    """Whether a text holds a script, an event handler, a frame, or an address that runs code, spelt in any way."""
    if not _SUSPECT.search(text):
        return False
    if _ACTIVE.search(text):
        return True
    if "&" not in text and ":" not in text:
        return False
    return _PROTOCOL.search(_HIDDEN.sub("", _ENTITIES.sub(_decoded, text))) is not None


def _decoded(match: re.Match[str]) -> str:
    entity = match[1]
    if not entity.startswith("#"):
        return "" if entity in _SPACES else _NAMED.get(entity, match[0])
    code = int(f"0{entity[1:]}", 16) if entity[1] in "xX" else int(entity[1:])
    # Beyond ASCII, no protocol is written.
    return chr(code) if code in range(0x80) else match[0]


def _path(path: str, where: str, media: Collection[str]) -> Iterator[Problem]:
    if _WEB.match(path):
        yield Problem("external-url", where, {"url": path})
    elif _SCHEME.match(path) or path.startswith("/") or ".." in path.replace("\\", "/").split("/"):
        yield Problem("unsafe-path", where)
    elif path not in media:
        yield Problem("missing-media", where, {"path": path})


def _texts(params: object) -> Iterator[tuple[str, str, str]]:
    """Each text with its path and its key; keys themselves are texts too."""
    waiting: list[tuple[str, str, object, int]] = [("", "", params, 0)]
    while waiting:
        where, key, value, level = waiting.pop()
        if isinstance(value, str):
            yield where or "params", key, value
        elif level > _DEEPEST:
            yield where, "", ""
        elif isinstance(value, list):
            waiting.extend(
                (f"{where}[{index}]", key, value[index], level + 1) for index in range(len(value) - 1, -1, -1)
            )
        elif isinstance(value, dict):
            for name in value:
                if is_active(name):
                    yield where or "params", "", name
            inner = [(f"{where}.{name}" if where else name, name, item, level + 1) for name, item in value.items()]
            waiting.extend(reversed(inner))
