"""What a tree of `getXAPIData()` is worth, computed from its responses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from h5p_exports.content_types import (
    BranchingScenario,
    Child,
    Column,
    Content,
    CoursePresentation,
    InteractiveBook,
    InteractiveVideo,
    LibraryName,
    QuestionSet,
    parse,
)
from h5p_exports.content_types.javascript import add_up
from h5p_exports.errors import InvalidResponse, NotScored, UnsupportedContentType
from h5p_exports.scoring import Score, score_model
from h5p_exports.xapi.tree import Node

MOST_DECLARED = 100
"""Points of a content that is believed: what claims more counts as if it were worth this, in proportion."""

_Sum = Column | InteractiveBook | CoursePresentation | InteractiveVideo


class Basis(Enum):
    """Where the points of a part come from."""

    COMPUTED = "computed"
    """From its response, by the rules of its type."""
    UNREADABLE = "unreadable"
    """From a response that its type cannot have given: worth nothing."""
    DECLARED = "declared"
    """From the browser, whose word it is: only the type's own JavaScript can score it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A content that is worth points: its library, its title (plain text), what was said, what that is worth.

    `model` is None for a type that is not read here, `node` where nothing was said, `score` where nothing is known of
    points: what is declared has them only once it has been met.
    """

    library: str
    title: str
    model: Content | None
    node: Node | None
    score: Score | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class Rescored:
    """Points, 0 ≤ `raw` ≤ `max`; `max` is 0 where there was nothing to win. `parts` in the author's order."""

    parts: tuple[Part, ...]

    @property
    def raw(self) -> float:
        """The sum of the points."""
        return add_up(part.score.raw for part in self.parts if part.score)

    @property
    def max(self) -> float:
        """The sum of what they could have been."""
        return add_up(part.score.max for part in self.parts if part.score)

    @property
    def declared(self) -> bool:
        """Whether they rest on the browser's word: on points that it claims, or on there being none to win in a part.

        A tree that leaves out what was done badly must not look like work that was computed as a whole.
        """
        return self.max > 0 and any(part.basis is Basis.DECLARED for part in self.parts)


def rescore(library: str, params: object, tree: Node | None) -> Rescored:
    """The score of what was said of a content; without a tree nothing was answered.

    Contents are matched by their `subContentId`, by position where the author gave them none. What names no part is
    passed over, and a part is answered once: nothing can be won twice. Raises `InvalidContent` for params that cannot
    be used, `InvalidResponse` for a draw that the content cannot have made, `NotScored` (``essay-too-long``).
    """
    return Rescored(tuple(_parts(Child(None, library, "", _model(library, params)), tree)))


def maximum(library: str, params: object) -> float | None:
    """The most points that a content is worth; None where only an attempt shows it. Raises `InvalidContent`."""
    untouched = rescore(library, params, None)
    known = all(part.basis is Basis.COMPUTED for part in untouched.parts)
    return untouched.max if known else None


def _model(library: str, params: object) -> Content | None:
    try:
        return parse(library, params)
    except UnsupportedContentType:
        return None


def _parts(child: Child, node: Node | None) -> Iterable[Part]:
    model = child.model
    if isinstance(model, _Sum):
        counted = [inner for inner in model.children if _is_counted(inner)]
        matched = _matched(counted, node)
        return [part for index, inner in enumerate(counted) for part in _parts(inner, matched.get(index))]
    if isinstance(model, QuestionSet):
        return _of_set(child, model, node)
    return [_part(child, node)] if _is_counted(child) else []


def _of_set(child: Child, model: QuestionSet, node: Node | None) -> Iterable[Part]:
    drawn = model.pool_size is not None and model.pool_size < len(model.children)
    if (drawn or model.random_questions) and not all(inner.sub_content_id for inner in model.children):
        # Which question is which, only the player knows.
        return [_declared(child, node)]
    matched = _matched(model.children, node)
    if not drawn:
        return [part for index, inner in enumerate(model.children) for part in _parts(inner, matched.get(index))]
    if node is None:
        parts = [part for inner in model.children for part in _parts(inner, None)]
        return sorted(parts, key=lambda part: part.score.max if part.score else 0, reverse=True)[: model.pool_size]
    if len(matched) != model.pool_size:
        raise InvalidResponse("children")
    return [part for index in sorted(matched) for part in _parts(model.children[index], matched[index])]


def _matched(children: Sequence[Child], node: Node | None) -> dict[int, Node]:
    """What was said of each of these contents, by its index."""
    found: dict[int, Node] = {}
    places: dict[str, list[int]] = {}
    for index, child in enumerate(children):
        if child.sub_content_id:
            places.setdefault(child.sub_content_id, []).append(index)
    for position, inner in enumerate(node.children if node else ()):
        # A player makes an id up where the author gave none.
        without = [position] if position < len(children) and not children[position].sub_content_id else []
        left = [index for index in places.get(inner.sub_content_id or "", without) if index not in found]
        if left:
            found[left[0]] = inner
    return found


def _is_counted(child: Child) -> bool:
    """Whether a content may be worth points: it is of no type that is known to be worth none."""
    try:
        return not LibraryName.parse(child.library).unscored
    except UnsupportedContentType:
        return False


def _part(child: Child, node: Node | None) -> Part:
    """A content that is scored as a whole."""
    model = child.model
    if model is None:
        return _declared(child, node)
    try:
        return Part(child.library, child.title, model, node, _score(model, node), Basis.COMPUTED)
    except InvalidResponse:
        return Part(child.library, child.title, model, node, _nothing(model), Basis.UNREADABLE)
    except UnsupportedContentType:
        return _declared(child, node)
    except NotScored as error:
        if error.id == "essay-too-long":
            raise
        return _declared(child, node)


def _score(model: Content, node: Node | None) -> Score:
    if node is None:
        return score_model(model, None)
    try:
        return score_model(model, node.response, children=_answers(node.children))
    except InvalidResponse:
        # A player makes ids up where the author gave none: then the order says which part is meant.
        return score_model(model, node.response, children=_answers(node.children, named=False))


def _nothing(model: Content) -> Score:
    """No point of what could be won."""
    if isinstance(model, BranchingScenario):
        # A path that leads nowhere has no points to compare with.
        return Score(0, 1, success=False)
    return Score(0, _score(model, None).max, success=False)


def _answers(nodes: Sequence[Node], *, named: bool = True) -> list[dict[str, Any]] | None:
    """What was said inside, as scoring takes it; None where nothing was."""
    return [
        {"response": node.response, "children": _answers(node.children, named=named)}
        | ({"subContentId": node.sub_content_id} if named and node.sub_content_id else {})
        for node in nodes
    ] or None


def _declared(child: Child, node: Node | None) -> Part:
    """A content whose word is taken, within bounds."""
    score = None
    if node is not None and node.raw is not None and node.max is not None and node.max > 0:
        best = min(node.max, MOST_DECLARED)
        score = Score(min(max(node.raw, 0) / node.max, 1) * best, best, None)
    return Part(child.library, child.title, child.model, node, score, Basis.DECLARED)
