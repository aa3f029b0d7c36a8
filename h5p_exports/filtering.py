"""Making the texts of untrusted content safe to show, without changing what its answers are worth."""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import chain, zip_longest

import nh3

from h5p_exports.content_types import LibraryName, parse
from h5p_exports.content_types.blanks import split_blanks
from h5p_exports.content_types.question_set import QuestionSet
from h5p_exports.errors import InvalidContent, UnsupportedContentType

_TAGS = {
    *("p", "div", "br", "hr", "h2", "h3", "h4", "blockquote", "pre", "ul", "ol", "li", "dl", "dt", "dd"),
    *("table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td", "figure", "figcaption"),
    *("a", "abbr", "b", "bdi", "cite", "code", "del", "em", "i", "ins", "kbd", "mark", "q", "s", "samp", "small"),
    *("span", "strong", "sub", "sup", "u", "var"),
}
_CELL = {"colspan", "rowspan", "scope"}
_ATTRIBUTES = {"*": {"dir", "lang"}, "a": {"href"}, "td": _CELL, "th": _CELL, "ol": {"start"}}
_SCHEMES = {"https", "mailto"}

_OPEN, _CLOSE = "\ue000", "\ue001"
"""Private-use characters that stand around the number of a blank while the text around it is cleaned."""
_MARKER = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")


def _without_marker(_tag: str, _attribute: str, value: str) -> str | None:
    """Drop an attribute that a blank stands in."""
    return None if _OPEN in value else value


_RICH = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    url_schemes=_SCHEMES,
    url_relative="deny",
    attribute_filter=_without_marker,
)
_PLAIN = nh3.Cleaner(tags=set())


def clean_html(html: str) -> str:
    """A text with the tags and attributes of an exercise alone, every tag closed.

    No script, style, class, form, frame or image; links to https and mailto only, with ``rel``.
    """
    return _RICH.clean(_encodable(html))


def clean_text(html: str) -> str:
    """A text without any tag, its special characters escaped."""
    return _PLAIN.clean(_encodable(html))


def clean_blanks(question: str) -> str:
    """A question of H5P.Blanks, safe to show once its blanks are replaced, with the same blanks as before.

    Raises `InvalidContent` (``blank-inside-markup``) when a blank stands where none can be shown, as inside a tag.
    """
    html: list[str] = []
    sources: list[str] = []
    for text, source in split_blanks(question):
        html.append(text.replace(_OPEN, "").replace(_CLOSE, ""))
        if source is not None:
            html.append(f"{_OPEN}{len(sources)}{_CLOSE}")
            sources.append(_clean_source(source))
    pieces = _MARKER.split(clean_html("".join(html)))
    if pieces[1::2] != [str(number) for number in range(len(sources))]:
        raise InvalidContent("blank-inside-markup", "questions")
    # An asterisk that is left, or that cleaning has decoded, must not open a blank.
    texts = [_without_asterisk(text) for text in pieces[::2]]
    # Two blanks side by side would be read as one: a space parts them.
    texts[1:-1] = [text or " " for text in texts[1:-1]]
    blanks = [f"*{source}*" for source in sources]
    return "".join(chain.from_iterable(zip_longest(texts, blanks, fillvalue="")))


def clean_params(library: str, params: object, *, media: Container[str]) -> object:
    """The params of a content that is played here, every text in them cleaned, scores unchanged.

    `media` holds the paths that the package has. Raises `UnsupportedContentType` for any other library, on its own
    or in a set, `InvalidContent` for params that cannot be used (``missing-media``: a file that is not in the
    package, on another site for instance).
    """
    cleaned = _clean_content(library, params, media)
    model = parse(library, cleaned)
    if isinstance(model, QuestionSet):
        for child in model.children:
            if child.model is None:
                raise UnsupportedContentType(child.library)
    return cleaned


def _clean_content(library: str, params: object, media: Container[str]) -> object:
    name = LibraryName.parse(library)
    if not name.played:
        raise UnsupportedContentType(library)
    if not isinstance(params, dict):
        return _clean(params, media)
    questions = params.get("questions")
    if not isinstance(questions, list):
        return _clean(params, media)
    clean: object
    if name.machine_name == "H5P.Blanks":
        clean = [clean_blanks(item) if isinstance(item, str) else _clean(item, media) for item in questions]
    elif name.machine_name == "H5P.QuestionSet":
        clean = [_clean_child(item, media) for item in questions]
    else:
        clean = _clean(questions, media)
    return {key: clean if key == "questions" else _clean(value, media) for key, value in params.items()}


def _clean_child(child: object, media: Container[str]) -> object:
    if not isinstance(child, dict) or not isinstance(child.get("library"), str):
        return _clean(child, media)
    library = child["library"]
    return {
        key: _clean_content(library, value, media) if key == "params" else _clean(value, media)
        for key, value in child.items()
    }


def _clean(value: object, media: Container[str]) -> object:
    """Clean every text, whatever its field: the official fields are HTML, their unknown neighbours may be shown."""
    if isinstance(value, str):
        return clean_html(value)
    if isinstance(value, list):
        return [_clean(item, media) for item in value]
    if isinstance(value, dict):
        return {
            key: _medium(item, media) if key == "path" and isinstance(item, str) else _clean(item, media)
            for key, item in value.items()
        }
    return value


def _medium(path: str, media: Container[str]) -> str:
    if path not in media:
        raise InvalidContent("missing-media", path)
    return path


def _clean_source(source: str) -> str:
    """What stands between the asterisks: the alternatives keep their meaning, the tip is plain text."""
    solution, colon, tip = source.partition(":")
    return solution.replace("<", "&lt;").replace(">", "&gt;") + colon + _without_asterisk(clean_text(tip))


def _without_asterisk(html: str) -> str:
    """The text with its asterisks written as character references."""
    return html.replace("*", "&#42;")


def _encodable(text: str) -> str:
    """The text without lone surrogates, which UTF-8 cannot carry."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
