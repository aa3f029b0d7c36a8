"""The traps of French in a content that is there already, whoever wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from h5p_exports.content_types import Blanks, MarkTheWords, parse
from h5p_exports.errors import H5PError
from h5p_exports.formats.french import blank_traps
from h5p_exports.formats.notice import Notice

_DEEPEST = 200


def find_traps(library: str, params: object, *, where: str = "") -> Iterator[Notice]:
    """What a pupil may stumble over in a content and in those inside it; `details["where"]` is the path.

    Params that are not read, and types that have no such traps, have none.
    """
    yield from _own(library, params, where or "params")
    yield from _inside(params, where, 0)


def _inside(value: object, where: str, level: int) -> Iterator[Notice]:
    if level > _DEEPEST:
        return
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _inside(item, f"{where}[{index}]", level + 1)
    elif isinstance(value, dict):
        library = value.get("library")
        if isinstance(library, str):
            yield from _own(library, value.get("params"), f"{where}.params" if where else "params")
        for name, item in value.items():
            yield from _inside(item, f"{where}.{name}" if where else name, level + 1)


def _own(library: str, params: object, where: str) -> Iterator[Notice]:
    if not library.startswith(("H5P.Blanks ", "H5P.MarkTheWords ")):
        return
    try:
        model = parse(library, params)
    except H5PError:
        return
    if isinstance(model, Blanks):
        yield from _blanks(model, where)
    elif isinstance(model, MarkTheWords):
        yield from _marks(model, where)


def _blanks(model: Blanks, where: str) -> Iterator[Notice]:
    for line in model.lines:
        for before, blank in pairwise(("", *line.parts)):
            if isinstance(blank, str):
                continue
            html = before if isinstance(before, str) else ""
            place = f"{where}, {blank.index + 1}"
            for id_, answer in blank_traps(blank.alternatives, tip=blank.tip, before=html):
                yield Notice(id_, 0, {"answer": answer[:100], "where": place})
            if _one_apostrophe(blank.alternatives):
                yield Notice("blank-one-apostrophe", 0, {"answer": blank.alternatives[0][:100], "where": place})


def _marks(model: MarkTheWords, where: str) -> Iterator[Notice]:
    for word in model.words:
        if "*" in word.text.strip("*") or (not word.correct and "*" in word.text):
            yield Notice("mark-lost", 0, {"word": word.text[:100], "where": where})
    if not any(word.correct for word in model.words):
        yield Notice("mark-nothing", 0, {"where": where})


def _one_apostrophe(answers: tuple[str, ...]) -> bool:
    """Whether an answer is not accepted with the other apostrophe."""
    swapped = {answer.replace("’", "'") for answer in answers} | {answer.replace("'", "’") for answer in answers}
    return bool(swapped - set(answers))
