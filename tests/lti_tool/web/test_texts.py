"""The catalogues of sentences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lti_tool.web import texts
from lti_tool.web.texts import Text, TextsBroken, load_texts, presentable


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty catalogue of the language `xx`."""
    monkeypatch.setattr(texts, "FOLDER", tmp_path)
    (tmp_path / "xx").mkdir()
    load_texts.cache_clear()
    return tmp_path / "xx"


def test_parameters_take_their_place_and_a_missing_one_is_no_crash() -> None:
    assert Text("{a} et {b}", "{a}").fill({"a": 1}) == Text("1 et …", "1")


def test_a_parameter_is_one_printable_line_of_bounded_length() -> None:
    shown = presentable("a\x00\n\ud800" + "z" * 1000)
    assert shown.startswith("a���z")
    assert shown.endswith("…")
    assert len(shown) == 501
    shown.encode()


def test_an_id_said_twice_is_refused(folder: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (folder / name).write_text('[same]\ntitle = "T"\ntext = "t"\n')
    with pytest.raises(TextsBroken, match="same"):
        load_texts("xx")


def test_a_table_of_another_shape_is_refused(folder: Path) -> None:
    (folder / "a.toml").write_text('[lonely]\ntitle = "T"\n')
    with pytest.raises(TextsBroken, match="lonely"):
        load_texts("xx")


def test_french_typography_is_respected() -> None:
    for id, text in load_texts("fr").items():
        for sentence in (text.title, text.text, text.todo):
            assert not re.search(r"[^\u00a0\u202f] ?[:;?!»](?=\s|$)", sentence), (id, sentence)
            assert "'" not in sentence, (id, sentence)
            assert not re.search(r"«[^\u00a0\u202f]", sentence), (id, sentence)
