"""Making the texts of untrusted content safe to show, without changing what its answers are worth."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import cast

from h5p_exports.content_types import Child, Content, LibraryName, parse
from h5p_exports.errors import InvalidContent, UnsupportedContentType
from h5p_exports.marked_texts import (
    clean_alternatives,
    clean_blanks,
    clean_keyword,
    clean_labels,
    clean_paragraphs,
    clean_words,
)
from h5p_exports.markup import clean_html, clean_text

__all__ = ["clean_blanks", "clean_html", "clean_params", "clean_text"]


def clean_params(library: str, params: object, *, media: Container[str]) -> object:
    """The params of a content that is played here, every text in them cleaned, scores unchanged.

    `media` holds the paths that the package has. Raises `UnsupportedContentType` for any other library, on its own
    or in a set, `InvalidContent` for params that cannot be used (``missing-media``: a file that is not in the
    package, on another site for instance).
    """
    if not LibraryName.parse(library).played:
        raise UnsupportedContentType(library)
    _refuse_unread(parse(library, params))
    return _clean_content(library, params, media)


def _refuse_unread(model: Content) -> None:
    """Raise `UnsupportedContentType` for a question of a set that is not read here, at any depth."""
    children: tuple[Child, ...] = getattr(model, "children", ())
    for child in children:
        if child.model is None and not LibraryName.parse(child.library).unscored:
            raise UnsupportedContentType(child.library)
        if child.model is not None:
            _refuse_unread(child.model)


def _clean_content(library: str, params: object, media: Container[str]) -> object:
    if not isinstance(params, dict):
        return _clean(params, media)
    own = _OWN_FIELDS.get(library.partition(" ")[0], {})
    return {key: own[key](value, media) if key in own else _clean(value, media) for key, value in params.items()}


def _clean(value: object, media: Container[str]) -> object:
    """Clean every text, whatever its field: the official fields are HTML, their unknown neighbours may be shown."""
    if isinstance(value, str):
        return clean_html(value)
    if isinstance(value, list):
        return [_clean(item, media) for item in value]
    if isinstance(value, dict):
        library = value.get("library")
        return {
            key: _medium(item, media)
            if key == "path" and isinstance(item, str)
            else _clean_content(library, item, media)
            if key == "params" and isinstance(library, str)
            else _clean(item, media)
            for key, item in value.items()
        }
    return value


def _medium(path: str, media: Container[str]) -> str:
    if path not in media:
        raise InvalidContent("missing-media", path)
    return path


_Cleaner = Callable[[object, Container[str]], object]


def _text(clean: Callable[[str], str]) -> _Cleaner:
    """Clean a text in its own way."""
    return lambda value, media: clean(value) if isinstance(value, str) else _clean(value, media)


def _each(clean: _Cleaner) -> _Cleaner:
    """Clean the items of a list."""
    return lambda value, media: (
        [clean(item, media) for item in value] if isinstance(value, list) else _clean(value, media)
    )


def _group(own: Mapping[str, _Cleaner]) -> _Cleaner:
    """Clean some fields of a group in their own ways."""

    def clean(value: object, media: Container[str]) -> object:
        if not isinstance(value, dict):
            return _clean(value, media)
        rest = _clean({key: item for key, item in value.items() if key not in own}, media)
        return {
            key: own[key](item, media) if key in own else cast("dict[str, object]", rest)[key]
            for key, item in value.items()
        }

    return clean


def _paragraphs(value: object, media: Container[str]) -> object:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return clean_paragraphs(value)
    return _clean(value, media)


_OWN_FIELDS: dict[str, dict[str, _Cleaner]] = {
    "H5P.Blanks": {"questions": _each(_text(clean_blanks))},
    "H5P.DragText": {"textField": _text(clean_labels), "distractors": _text(clean_labels)},
    "H5P.MarkTheWords": {"textField": _text(clean_words)},
    "H5P.Essay": {
        "keywords": _each(_group({"keyword": _text(clean_keyword), "alternatives": _each(_text(clean_keyword))}))
    },
    "H5P.Flashcards": {"cards": _each(_group({"answer": _text(clean_alternatives)}))},
    "H5P.SortParagraphs": {"paragraphs": _paragraphs},
}
"""The fields in which an author says what is right."""
