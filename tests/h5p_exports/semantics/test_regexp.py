"""What PHP's regular expressions let by: each row is a rule of PCRE that `re` has not, or has in another way."""

from __future__ import annotations

import pytest

from h5p_exports.semantics.fields import Regexp
from h5p_exports.semantics.regexp import mismatches


@pytest.mark.parametrize(
    ("pattern", "modifiers", "text", "fits"),
    [
        # Without `u`, a text is bytes; with it, classes know all of Unicode.
        (r"^\w+$", "", "été", False),
        (r"^\w+$", "u", "été", True),
        (r"^\d+$", "u", "١٢", True),
        (r"^\S+$", "u", "a\u00a0b", False),
        (r"^..$", "", "é", True),
        ("(?i)É", "u", "é", True),
        ("É", "i", "é", False),
        # Properties; without `u`, those of each byte as a character.
        (r"^\p{L}+$", "u", "été", True),
        (r"^\pL+$", "u", "été 2", False),
        (r"^\p{L}+$", "", "été", False),
        (r"^[\p{L}\p{N}' -]+$", "u", "l'été 2", True),
        (r"^\P{L}+$", "u", "12", True),
        (r"^\p{^L}+$", "u", "a", False),
        (r"^\p{Lu}", "iu", "a", False),
        (r"^\p{Bidon}$", "u", "a", True),
        (r"^[[:alpha:]]+$", "", "abc", True),
        (r"^[^[:digit:]]+$", "", "a1", False),
        (r"^[[:alpha:]]+$", "u", "été", True),
        (r"^[[:bidon:]]+$", "", "1", True),
        # White space and ends of lines.
        (r"^\h+$", "", "a", False),
        (r"^\h+$", "u", "\t\u00a0", True),
        (r"^\R$", "", "\r\n", True),
        (r"^\v$", "", "\n", True),
        (r"^\N+$", "", "a\nb", False),
        (r"\d\z", "", "1\n", False),
        (r"\d\Z", "", "1\n", True),
        (r"\d$", "", "1\n", True),
        (r"\d$", "D", "1\n", False),
        ("b", "A", "ab", False),
        # Escapes, groups and options.
        (r"^\Qa.b\E$", "", "axb", False),
        (r"^\x{e9}$", "u", "é", True),
        (r"^\u00e9$", "u", "a", True),
        (r"^(?<n>a)\k<n>", "", "ab", False),
        (r"^(a)\g1$", "", "aa", True),
        ("^a(?i)bc$", "", "aBC", True),
        ("^a(?i)bc$", "", "ABC", False),
        ("(?-i)A", "i", "a", False),
        ("(?|a|b)", "", "c", False),
        ("a{,3}b", "", "b", False),
        # What `re` would take for operators of sets, and warn of.
        ("^[[a&&b]+$", "", "a&", True),
        ("^[--a]$", "", "A", True),
        # What PHP cannot read refuses nothing.
        ("([", "", "a", True),
        ("a", "z", "b", True),
        (r"a\/b", "", "c", True),
        # A group that is repeated a few times at most is no danger.
        ("^#([a-f0-9]{3}){1,2}$", "", "x" * 30, False),
    ],
)
def test_an_expression_lets_by_what_pcre_lets_by(pattern: str, modifiers: str, text: str, fits: bool) -> None:
    assert mismatches(Regexp(pattern, modifiers), text) is not fits
