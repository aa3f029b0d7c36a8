from __future__ import annotations

import pytest

from h5p_exports.content_types import PLAYED, SCORED, UNSCORED, LibraryName, parse
from h5p_exports.errors import UnsupportedContentType
from h5p_exports.scoring import score_line


@pytest.mark.parametrize("name", SCORED)
@pytest.mark.parametrize("version", ["0.1", "1.0", "1.99"])
def test_every_scored_type_is_read_and_scored_in_any_version(name: str, version: str) -> None:
    library = f"{name} {version}"
    parse(library, {})

    assert LibraryName.parse(library).scored
    assert "unsupported-content-type" not in str(score_line({"library": library, "params": {}}))


@pytest.mark.parametrize(
    "library", ["H5P.MultiChoice 2.0", "H5P.Unknown 1.0", "H5P.MultiChoice", "H5P.MultiChoice 1.x", ""]
)
def test_another_library_is_named(library: str) -> None:
    with pytest.raises(UnsupportedContentType):
        parse(library, {})


def test_a_type_is_scored_or_not() -> None:
    assert not set(SCORED) & set(UNSCORED)
    assert set(PLAYED) <= {*SCORED, *UNSCORED}
