from __future__ import annotations

import pytest

from h5p_exports.content_types.html_text import text_content, text_nodes


@pytest.mark.parametrize(
    ("html", "texts"),
    [
        ("a", ["a"]),
        ("", []),
        ("<p>a<b>b</b>c</p>d", ["a", "b", "c", "d"]),
        ("a<br/>b<BR>c", ["a", "b", "c"]),
        ("a &lt; b &amp; c", ["a < b & c"]),
        ("1 < 2, 3 <4", ["1 < 2, 3 <4"]),
        ("a<!-- > <b> -->b", ["a", "b"]),
        ("a<!-->b", ["a", "b"]),
        ("a</b>b", ["ab"]),
        ("a</p>b", ["a", "b"]),
        ("a</>b", ["ab"]),
        ("a<?x y>b", ["a", "b"]),
        ("a<i title='>'>b</i>", ["a", "b"]),
        ("a<i title=>b</i>", ["a", "b"]),
        ('a<i title="x>b</i>', ["a"]),
        ("a<i", ["a"]),
        ("a<!--b", ["a"]),
    ],
)
def test_texts_are_cut_where_a_browser_cuts_them(html: str, texts: list[str]) -> None:
    assert list(text_nodes(html)) == texts
    assert text_content(html) == "".join(texts)
