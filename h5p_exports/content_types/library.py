"""Names of H5P libraries, and those that are played and scored here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from h5p_exports.errors import UnsupportedContentType

_NAME = re.compile(r"([A-Za-z$_][0-9A-Za-z_.$-]{0,254})[ ]([0-9]{1,5})\.([0-9]{1,5})")

PLAYED: tuple[str, ...] = (
    *("H5P.MultiChoice", "H5P.TrueFalse", "H5P.Blanks", "H5P.DragText", "H5P.MarkTheWords", "H5P.SingleChoiceSet"),
    *("H5P.Summary", "H5P.SortParagraphs", "H5P.DragQuestion", "H5P.Essay", "H5P.Flashcards"),
    *("H5P.AdvancedText", "H5P.Text", "H5P.Image", "H5P.Audio", "H5P.Accordion", "H5P.Dialogcards"),
    *("H5P.ImageHotspots", "H5P.QuestionSet", "H5P.Column", "H5P.InteractiveBook", "H5P.CoursePresentation"),
)
"""Machine names of the content types that are shown natively, in any 0.x or 1.x version."""

SCORED: tuple[str, ...] = (
    *("H5P.MultiChoice", "H5P.TrueFalse", "H5P.Blanks", "H5P.QuestionSet"),
    *("H5P.DragText", "H5P.MarkTheWords", "H5P.SingleChoiceSet", "H5P.Summary", "H5P.SortParagraphs"),
    *("H5P.DragQuestion", "H5P.Essay", "H5P.Flashcards"),
    *("H5P.Column", "H5P.InteractiveBook", "H5P.CoursePresentation", "H5P.InteractiveVideo", "H5P.BranchingScenario"),
)
"""Machine names of the content types whose answers are scored here, in any 0.x or 1.x version."""

UNSCORED: tuple[str, ...] = (
    *("H5P.AdvancedText", "H5P.Text", "H5P.Image", "H5P.Audio", "H5P.Accordion", "H5P.Dialogcards"),
    *("H5P.ImageHotspots", "H5P.Video", "H5P.Table", "H5P.Link", "H5P.Nil", "H5P.GoToQuestion", "H5P.Shape"),
    *("H5P.ContinuousText", "H5P.ExportableTextArea", "H5P.TwitterUserFeed", "H5P.IFrameEmbed", "H5P.Timeline"),
    *("H5P.Collage", "H5P.Chart", "H5P.Agamotto", "H5P.ImageSlider", "H5P.ImageJuxtaposition", "H5P.AudioRecorder"),
    *("H5P.DocumentationTool", "H5P.GuessTheAnswer", "H5P.IVHotspot", "H5P.Questionnaire"),
)
"""Machine names of the content types that are worth no point and say nothing of answers: scoring passes over them."""

_MAJOR_VERSIONS = range(2)


@dataclass(frozen=True, slots=True)
class LibraryName:
    """A library at a version, written ``H5P.MultiChoice 1.16`` in content."""

    machine_name: str
    major: int
    minor: int

    @classmethod
    def parse(cls, text: str) -> LibraryName:
        """Read ``machine name, space, major.minor``. Raises `UnsupportedContentType` for anything else."""
        match = _NAME.fullmatch(text)
        if match is None:
            raise UnsupportedContentType(text)
        return cls(match[1], int(match[2]), int(match[3]))

    @property
    def known_version(self) -> bool:
        """Whether it is of a major version (0 or 1) whose params have the shape that is read here."""
        return self.major in _MAJOR_VERSIONS

    @property
    def scored(self) -> bool:
        """Whether answers to it are scored here."""
        return self.machine_name in SCORED and self.known_version

    @property
    def unscored(self) -> bool:
        """Whether it is known to be worth no point."""
        return self.machine_name in UNSCORED

    @property
    def played(self) -> bool:
        """Whether it is shown natively."""
        return self.machine_name in PLAYED and self.known_version

    def __str__(self) -> str:
        return f"{self.machine_name} {self.major}.{self.minor}"
