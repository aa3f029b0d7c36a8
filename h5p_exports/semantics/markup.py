"""The HTML filter of the reference (`filter_xss`, from Drupal 7), tag by tag, in linear time."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from h5p_exports.php import escape, unescape

_SPACES = " \t\n\r\0\x0b"
_STYLEABLE = frozenset({"span", "p", "div", "h1", "h2", "h3", "table", "col", "figure", "td", "th", "li"})
_PROTOCOLS = frozenset({"ftp", "http", "https", "mailto"})
_LONGEST_NAME = 96

_SCRIPT_ENTITY = re.compile(r"&\s*\{[^}]*(\}\s*;?|$)", re.ASCII)
_DECIMAL = re.compile(r"&amp;#([0-9]+;)")
_HEXADECIMAL = re.compile(r"&amp;#[Xx]([0-9A-Fa-f]+);")
_NAMED = re.compile(r"&amp;([A-Za-z][A-Za-z0-9]*;)")

_BRACKET = re.compile(r"[<>]")
_TAG_START = re.compile(r"[a-zA-Z!/]")
_TAG = re.compile(r"<\s*(/\s*)?([a-zA-Z0-9\-]+)\s*([^>]*)>?", re.ASCII)
_COMMENT = re.compile(r"<!--.*?-->\Z")
_LAST_SLASH = re.compile(r"(\s?)/\s*$", re.ASCII)

_NAME = re.compile(r"[-a-zA-Z]+")
_EQUALS = re.compile(r"\s*=\s*", re.ASCII)
_WHITE = " \t\n\r\f\v"
_SPACE = re.compile(r"\s*", re.ASCII)
_VALUE = re.compile(r"(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+))(?:\s+|$)", re.ASCII)
_MALFORMED = re.compile(r"[^\s\"']?(?:\"[^\"]*\"?|'[^']*'?)*\s*", re.ASCII)
"""What the reference jumps over: an empty alternative makes it stop after one character, and quoted texts."""


class MarkupFilter:
    """Lets in `tags`, in any case, and of styles those that a pattern of `styles` matches from start to end.

    `strict`: no empty ``style`` attribute is left, no style is written twice.
    """

    def __init__(self, tags: Collection[str], styles: Sequence[re.Pattern[str]], *, strict: bool) -> None:
        self._tags = frozenset(tags)
        self._styles = styles
        self._strict = strict

    def clean(self, html: str) -> str:
        """The text with allowed tags alone; the text of the others is kept."""
        return "".join(self._pieces(_defused(html)))

    def _pieces(self, html: str) -> Iterator[str]:
        at = 0
        comments = _Comments(html)
        while match := _BRACKET.search(html, at):
            start = match.start()
            yield html[at:start]
            at = start + 1
            if html[start] == ">":
                yield "&gt;"
            elif at == len(html) or not _TAG_START.match(html, at):
                yield "&lt;"
            else:
                end = comments.end(start) or html.find(">", start) + 1 or len(html)
                yield self._tag(html[start:end])
                at = end
        yield html[at:]

    def _tag(self, tag: str) -> str:
        match = _TAG.match(tag)
        if match is None:
            comment = _COMMENT.search(tag) if "!--" in self._tags else None
            return comment[0] if comment else ""
        slash, name, rest = match.groups()
        if name.lower() not in self._tags:
            return ""
        if slash:
            return f"</{name}>"
        rest, is_empty = _LAST_SLASH.subn(r"\1", rest)
        styles = self._styles if name in _STYLEABLE else ()
        attributes = " ".join(self._attributes(rest, styles)).replace("<", "").replace(">", "")
        return f"<{name}{' ' * bool(attributes)}{attributes}{' /' * bool(is_empty)}>"

    def _attributes(self, text: str, styles: Sequence[re.Pattern[str]]) -> Iterator[str]:
        at = 0
        while at < len(text):
            found = _NAME.match(text, at)
            if found is None:
                at = _after_malformed(text, at)
                continue
            name, at = found[0].lower(), found.end()
            skip = name == "style" or name.startswith(("on", "-")) or len(name) > _LONGEST_NAME
            if equals := _EQUALS.match(text, at):
                value = _VALUE.match(text, equals.end())
                is_style = value is not None and value[1] is not None and name == "style" and bool(styles)
                if value is None:
                    at = _after_malformed(text, equals.end())
                elif is_style:
                    yield from self._style(value[1], styles)
                    at = _after_malformed(text, equals.end())
                else:
                    yield from () if skip else (_attribute(name, value),)
                    at = value.end()
            elif at == len(text) or text[at] in _WHITE:
                yield from () if skip else (name,)
                at = _end_of(_SPACE, text, at)
            else:
                at = _after_malformed(text, at)

    def _style(self, value: str, patterns: Sequence[re.Pattern[str]]) -> Iterator[str]:
        if "font-family" in value.lower():
            value = value.replace("&quot;", "'")
        styles = [style.strip(_SPACES) for style in value.split(";")]
        allowed = [style for pattern in patterns for style in styles if pattern.search(style)]
        if self._strict:
            allowed = list(dict.fromkeys(allowed))
        if allowed or not self._strict:
            yield f'style="{";".join(allowed)};"'


class _Comments:
    """Where comments end: on the line that they start on. Remembers what lies ahead, so as to look for it once."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._close = self._newline = 0

    def end(self, start: int) -> int | None:
        if not self._html.startswith("<!--", start):
            return None
        inside = start + len("<!--")
        self._close = self._next("-->", self._close, inside)
        self._newline = self._next("\n", self._newline, inside)
        return self._close + len("-->") if self._close < min(self._newline, len(self._html)) else None

    def _next(self, sought: str, known: int, start: int) -> int:
        if known >= start:
            return known
        found = self._html.find(sought, start)
        return found if found != -1 else len(self._html)


def _defused(html: str) -> str:
    html = _SCRIPT_ENTITY.sub("", html.replace("\0", ""))
    html = html.replace("&", "&amp;")
    html = _DECIMAL.sub(r"&#\1", html)
    html = _HEXADECIMAL.sub(_hexadecimal, html)
    return _NAMED.sub(r"&\1", html)


def _hexadecimal(match: re.Match[str]) -> str:
    """Pairs of digits, after as many zeros as can be dropped."""
    digits = match[1]
    length = max(2, len(digits.lstrip("0")))
    length += length % 2
    return f"&#x{digits[-length:]};" if length <= len(digits) else match[0]


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _after_malformed(text: str, at: int) -> int:
    return _end_of(_MALFORMED, text, at)


def _attribute(name: str, value: re.Match[str]) -> str:
    quote = "'" if value[2] is not None else '"'
    return f"{name}={quote}{_without_protocol(value[value.lastindex or 0])}{quote}"


def _without_protocol(value: str) -> str:
    """An attribute's value without a disallowed protocol in front, escaped."""
    uri, start = unescape(value), 0
    while (colon := uri.find(":", start)) > start:
        protocol = uri[start:colon]
        if re.search(r"[/?#]", protocol) or protocol.lower() in _PROTOCOLS:
            break
        start = colon + 1
    return escape(uri[start:])
