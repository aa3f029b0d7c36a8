"""What is wrong in params whatever the site: scripts, addresses elsewhere, files that are not there, French traps."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator

from h5p_exports.lint.problem import Problem

_WRITER = json.JSONEncoder(ensure_ascii=False, check_circular=False)
_PATHS = re.compile(r'"path": "((?:[^"\\]|\\.)*)"')
_TAG = re.compile(
    # Tags that are never part of an exercise.
    r"<\s*/?\s*(?:script|iframe|frame|frameset|object|embed|applet|svg|math|form|base|meta|link|style|template|portal)\b"
)
_HANDLER = re.compile(r"(?:on[a-z]{3,}|srcdoc|formaction)\s*=")
_HANDLER_IN_TAG = re.compile(
    # After a quoted value or not.
    r"<[^<>]*[\s/\"'](?:on[a-z]+|srcdoc|formaction)\s*="
    r"|<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*(?:[\s/]|(?<=[\"']))(?:on[a-z]+|srcdoc|formaction)\s*="
)
_HIDDEN = re.compile(r"[\x00-\x20\xad\u200b-\u200f]")
_DISGUISED = re.compile(r"&(?:#|colon|tab|newline|shy|zero)")
_SPLIT = re.compile(r"[\x00-\x1f\xad\u200b-\u200f](?=[a-z:])")
_ENTITIES = re.compile(r"&(#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z]+);?")
_NAMED = {"colon": ":", "lt": "<", "gt": ">", "quot": '"', "amp": "&", "lpar": "(", "sol": "/", "equals": "="}
_SPACES = frozenset({"tab", "newline", "nbsp", "shy", "zerowidthspace"})
_PROTOCOL = re.compile(
    r"(?:^|[\"'`=])(?:(?:javascript|vbscript|livescript):|data:(?:text/html|image/svg|application/))"
)
_WITH_TRAPS = ("H5P.Blanks ", "H5P.MarkTheWords ")
"""What pupils type an answer in, or mark words in, as `h5p_exports.formats.traps` knows them."""
_SCHEME = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:|//)")
_WEB = re.compile(r"(?:https?:)?//", re.IGNORECASE)


def lint_content(library: str, params: object, *, media: Collection[str]) -> Iterator[Problem]:
    """Every problem in `params` of a library, in their order; `media` holds the paths of the files of the package.

    Most contents are in order: they are looked at as one text, and walked through only where need be.
    """
    source = _WRITER.encode(params)
    suspect = "\\u00" in source or is_active(_unescaped(source))
    used = {path.removesuffix("#tmp") for path in _PATHS.findall(source)}
    if suspect or not used <= set(media):
        for where, key, value in _texts(params):
            if suspect and is_active(value):
                yield Problem("script-in-content", where)
            elif key == "path":
                yield from _path(value.removesuffix("#tmp"), where, media)
    yield from (Problem("unused-media", path) for path in sorted(set(media) - used))
    if library.startswith(_WITH_TRAPS) or any(f'"{name}' in source for name in _WITH_TRAPS):
        yield from _traps(library, params)


def _traps(library: str, params: object) -> Iterator[Problem]:
    from h5p_exports.formats.traps import find_traps  # noqa: PLC0415 # Slow to import, and few contents have any.

    for notice in find_traps(library, params):
        details = {name: str(value) for name, value in notice.details.items()}
        yield Problem(notice.id, details.pop("where"), details)


def is_active(text: str) -> bool:
    """Whether a text holds a script, an event handler, a frame, or an address that runs code, spelt in any way."""
    lower = text.lower()
    if "<" in lower and _TAG.search(lower):
        return True
    if "<" in lower and "=" in lower and _HANDLER.search(lower) and _HANDLER_IN_TAG.search(lower):
        return True
    if "&" not in lower and ":" not in lower:
        return False
    has_word = "script" in lower or "data" in lower
    if not has_word and not _DISGUISED.search(lower) and not _SPLIT.search(lower):
        return False
    return _PROTOCOL.search(_HIDDEN.sub("", _ENTITIES.sub(_decoded, lower))) is not None


def _decoded(match: re.Match[str]) -> str:
    entity = match[1]
    if not entity.startswith("#"):
        return "" if entity in _SPACES else _NAMED.get(entity, match[0])
    code = int(f"0{entity[1:]}", 16) if entity[1] == "x" else int(entity[1:])
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
    waiting: list[tuple[str, str, object]] = [("", "", params)]
    while waiting:
        where, key, value = waiting.pop()
        if isinstance(value, str):
            yield where or "params", key, value
        elif isinstance(value, list):
            waiting.extend(reversed([(f"{where}[{index}]", key, item) for index, item in enumerate(value)]))
        elif isinstance(value, dict):
            yield from ((where or "params", "", name) for name in value)
            fields = [(f"{where}.{name}" if where else name, name, item) for name, item in value.items()]
            waiting.extend(reversed(fields))


def _unescaped(source: str) -> str:
    """JSON where texts are nearly as they are: good enough to find what is suspect."""
    for written, meant in (("\\\\", "/"), ('\\"', '"'), ("\\n", "\n"), ("\\r", "\r"), ("\\t", "\t"), ("\\f", "\f")):
        source = source.replace(written, meant)
    return source
