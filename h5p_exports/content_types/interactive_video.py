"""H5P.InteractiveVideo 1.x: a film that stops for contents."""

from __future__ import annotations

from dataclasses import dataclass

from h5p_exports.content_types.child import Child, is_content, read_child
from h5p_exports.content_types.common import as_fields, read_group, read_params, read_path
from h5p_exports.content_types.javascript import to_number
from h5p_exports.content_types.registry import Content, content_type
from h5p_exports.errors import InvalidContent

_LEVEL = 2


@dataclass(frozen=True, slots=True)
class Interaction:
    """A content and when it is shown, in seconds from the beginning; NaN where unknown."""

    start: float
    end: float
    child: Child


@dataclass(frozen=True, slots=True)
class InteractiveVideo(Content):
    """Interactions in the author's order; `video` is the path or the address of the film."""

    video: str | None
    interactions: tuple[Interaction, ...]

    @property
    def children(self) -> tuple[Child, ...]:
        """The contents of all interactions in order."""
        return tuple(interaction.child for interaction in self.interactions)


@content_type("H5P.InteractiveVideo", level=_LEVEL)
def parse(params: object) -> InteractiveVideo:
    """Read the params and those of the contents. Raises `InvalidContent` where the official player fails."""
    film = read_group(read_params(params), "interactiveVideo", defaults={})
    listed = as_fields(film.get("assets")).get("interactions", [])
    if not isinstance(listed, list):
        raise InvalidContent("invalid-content", "interactiveVideo.assets.interactions")
    interactions = []
    for index, item in enumerate(map(as_fields, listed)):
        action, duration = item.get("action"), as_fields(item.get("duration"))
        if isinstance(action, dict) and is_content(action):
            where = f"interactiveVideo.assets.interactions[{index}].action"
            interactions.append(
                Interaction(
                    start=to_number(duration.get("from", "?")),
                    end=to_number(duration.get("to", "?")),
                    child=read_child(action, level=_LEVEL, where=where),
                )
            )
    return InteractiveVideo(
        video=read_path(as_fields(film.get("video")).get("files")),
        interactions=tuple(interactions),
    )
