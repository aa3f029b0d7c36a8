"""Scoring as JSON Lines: one object in, one object out."""

from __future__ import annotations

from h5p_exports.errors import H5PError
from h5p_exports.scoring.content import score
from h5p_exports.scoring.result import points

_MESSAGES = {
    "invalid-line": "Each line must be an object: library (text), params, response, maybe children and state.",
    "invalid-content": "The params of the content cannot be used: {where}.",
    "invalid-response": "The answer does not have the shape that the question gives: {where}.",
    "essay-regex-not-scored": "This regular expression of an Essay is not scored here: {pattern}.",
    "essay-too-long": "This text is too long for the keywords that are looked for in it.",
    "unsupported-content-type": "This content type is not scored: {library}.",
}


def score_line(item: object) -> dict[str, object]:
    """Score `{library, params, response, children?, state?}`: `{raw, max, success}`, or `{"error": {id, message}}`.

    Takes any value and never raises; messages are in English.
    """
    if not isinstance(item, dict) or not isinstance(item.get("library"), str):
        return _error(H5PError("invalid-line"))
    try:
        result = score(
            item["library"],
            item.get("params"),
            item.get("response"),
            children=item.get("children"),
            state=item.get("state"),
        )
    except H5PError as error:
        return _error(error)
    return {"raw": points(result.raw), "max": points(result.max), "success": result.success}


def _error(error: H5PError) -> dict[str, object]:
    return {"error": {"id": error.id, "message": _MESSAGES[error.id].format_map(error.params)}}
