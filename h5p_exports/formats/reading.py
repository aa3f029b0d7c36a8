"""What the readers of a source share: the files beside it, what is to be said to its author."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from h5p_exports.build import Picture, picture_size
from h5p_exports.errors import PackageRefused, SourceRefused
from h5p_exports.formats.notice import Notice
from h5p_exports.package.media import EXTENSIONS, HEAD, head_agrees
from h5p_exports.package.names import extension, safe_name

_LARGEST = 64 * 1024 * 1024


@dataclass(slots=True)
class Reading:
    """The reading of one source; `folder` holds its files, `media` those that it uses."""

    folder: Path | None = None
    media: dict[str, Path] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)

    def say(self, id_: str, line: int, **details: str | int) -> None:
        """Tell the author something."""
        self.notices.append(Notice(id_, line, {name: str(value)[:100] for name, value in details.items()}))

    def picture(self, path: str, *, alt: str, line: int) -> Picture:
        """A picture beside the source, its size known. Raises `SourceRefused`."""
        size = picture_size(self._find(path, line).read_bytes())
        if size is None:
            raise SourceRefused("not-a-picture", line=line, path=path)
        if not alt:
            self.say("no-alternative-text", line, path=path)
        return Picture(path, alt=alt, width=size[0], height=size[1], decorative=not alt)

    def file(self, path: str, *, line: int) -> str:
        """The path of another file beside the source. Raises `SourceRefused`."""
        self._find(path, line)
        return path

    def _find(self, path: str, line: int) -> Path:
        if path in self.media:
            return self.media[path]
        try:
            safe_name(path)
        except PackageRefused:
            raise SourceRefused("file-elsewhere", line=line, path=path) from None
        if extension(path) not in EXTENSIONS:
            raise SourceRefused("file-type", line=line, path=path)
        try:
            file = self._resolved(path)
            with file.open("rb") as opened:
                head = opened.read(HEAD)
        except (OSError, ValueError):
            raise SourceRefused("file-missing", line=line, path=path) from None
        if file.stat().st_size > _LARGEST or not head_agrees(path, head):
            raise SourceRefused("file-type", line=line, path=path)
        self.media[path] = file
        return file

    def _resolved(self, path: str) -> Path:
        """The file, not through a link that leads elsewhere. Raises `OSError` where there is none."""
        if self.folder is None:
            raise FileNotFoundError(path)
        folder = self.folder.resolve()
        file = (folder / path).resolve()
        if not file.is_relative_to(folder):
            raise FileNotFoundError(path)
        return file
