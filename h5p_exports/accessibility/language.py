"""Whether a content says its language, and speaks it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from h5p_exports.accessibility.finding import Finding
from h5p_exports.content_types.html_text import text_content

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH, _FEWEST = 60, 8
"""Words to judge by, and words of a language among them."""


def check_language(language: str, texts: Iterable[str]) -> Iterator[Finding]:
    """The language of a package against the words of its texts (HTML)."""
    if not _TAG.fullmatch(language) or language.lower() == "und":
        yield Finding("language-missing", "h5p.json", {"language": language})
        return
    languages = _common_words()
    counts = dict.fromkeys(languages, 0)
    words = 0
    for text in texts:
        for word in _WORD.findall(text_content(text).lower()):
            words += 1
            for name, common in languages.items():
                counts[name] += word in common
    spoken = max(counts, key=counts.__getitem__)
    said = language.partition("-")[0].lower()
    if said in counts and words >= _ENOUGH and counts[spoken] >= max(_FEWEST, 3 * counts[said]):
        yield Finding("language-looks-wrong", "h5p.json", {"language": language, "spoken": spoken})


@cache
def _common_words() -> dict[str, frozenset[str]]:
    data = tomllib.loads(Path(__file__).with_name("common_words.toml").read_text("utf-8"))
    return {language: frozenset(words.split()) for language, words in data.items()}
