r"""Regular expressions as PHP's `preg_match` reads them, in the words of Python's `re`.

What both know is left as it is. What PCRE alone knows (``\p{L}``, ``\h``, ``\R``, ``\z``, ``[[:alpha:]]``,
``\Q…\E``, ``(?i)`` in the middle, ``(?<name>…)``) is said in another way; rare things are refused.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import groupby

_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}
_OTHER_MODIFIERS = frozenset("ADJSUXnu \r\n")
_LAST_BYTE = 0xFF
_OTHER_PLANES = 0x10000

_ESCAPE = (
    r"\\(?:(?P<property>[pP])(?:(?P<short>[A-Z])|\{(?P<not>\^?)(?P<long>[A-Za-z]+&?)\})"
    r"|x(?:\{(?P<code>[0-9A-Fa-f]{1,6})\}|(?P<byte>[0-9A-Fa-f]{0,2}))"
    r"|c(?P<control>[ -~])"
    r"|(?P<letter>.))"
)
_QUOTED = r"\\Q(?P<quoted>.*?)(?:\\E|\Z)"
_TOKEN = re.compile(
    rf"{_QUOTED}|\\[kg](?:(?P<number>[0-9]{{1,2}})|[{{<'](?P<backward>\w+)[}}>'])|{_ESCAPE}"
    r"|\(\?(?:#[^)]*\)|[<'](?P<name>[A-Za-z_]\w*)[>']|(?P<options>[imsxUJ]*(?:-[imsxUJ]+)?)(?P<end>[:)])|(?P<reset>\|))"
    r"|(?P<class>\[\^?\]?)|(?P<brace>\{(?![0-9]+(?:,[0-9]*)?\}))|(?P<verb>\(\*|\(\?[aLu]+[:)])|(?P<sign>.)",
    re.DOTALL,
)
_CLASS_TOKEN = re.compile(
    rf"{_QUOTED}|{_ESCAPE}|\[:(?P<posix>\^?[a-z]+):\]|(?P<collating>\[[.=])|(?P<sign>.)", re.DOTALL
)

_Predicate = Callable[[str], bool]


def compile_pcre(pattern: str, modifiers: str) -> re.Pattern[str] | re.Pattern[bytes]:
    """What is to be searched for; in bytes of UTF-8 without the modifier ``u``.

    Raises `ValueError` or `re.error` for what PCRE or this translation does not know.
    """
    flags = re.RegexFlag(0)
    for modifier in modifiers:
        if modifier not in _OTHER_MODIFIERS:
            if modifier not in _FLAGS:
                raise ValueError(modifier)
            flags |= _FLAGS[modifier]
    translated = _Translation(pattern, modifiers).text
    if "A" in modifiers:
        translated = rf"\A(?:{translated})"
    return re.compile(translated, flags) if "u" in modifiers else re.compile(translated.encode(), flags)


class _Translation:
    """One pattern, read from left to right into `text`."""

    def __init__(self, pattern: str, modifiers: str) -> None:
        self._pattern = pattern
        self._unicode = "u" in modifiers
        self._ignores_case = "i" in modifiers
        self._end = r"\Z" if "D" in modifiers and "m" not in modifiers else "$"
        self._at = 0
        self._last = sys.maxunicode if self._unicode else _LAST_BYTE
        # Of each open group: how many more brackets close it, where its branch starts, whether options changed inside.
        self._closers = [0]
        self._starts = [0]
        self._changed = [False]
        self.text = ""
        kinds: dict[str | None, Callable[[re.Match[str]], str]] = {
            None: lambda _comment: "",
            "sign": self._sign,
            "class": self._class,
            "end": self._options,
            "name": lambda token: self._open(f"(?P<{token['name']}>"),
            "reset": lambda _token: self._open("(?:"),
            "verb": self._refuse,
            "number": lambda token: rf"(?:\{token['number']})",
            "backward": lambda token: (
                rf"(?:\{token['backward']})" if token["backward"].isdigit() else f"(?P={token['backward']})"
            ),
            "brace": lambda _token: r"\{",
            "quoted": lambda token: re.escape(token["quoted"]),
        }
        while self._at < len(pattern):
            token = _TOKEN.match(pattern, self._at)
            if token is None:
                raise ValueError(pattern)
            self._at = token.end()
            self.text += kinds.get(token.lastgroup, self._escape)(token)
        self.text += ")" * self._closers[0]

    def _refuse(self, token: re.Match[str]) -> str:
        raise ValueError(token[0])

    def _sign(self, token: re.Match[str]) -> str:
        sign = token["sign"]
        if sign == "(":
            return self._open(sign)
        if sign == ")":
            if len(self._closers) == 1:
                raise ValueError(sign)
            self._starts.pop()
            self._changed.pop()
            return ")" + ")" * self._closers.pop()
        if sign == "|" and self._changed[-1]:
            raise ValueError(sign)
        return self._end if sign == "$" else sign

    def _open(self, text: str) -> str:
        self._closers.append(0)
        self._starts.append(len(self.text) + len(text))
        self._changed.append(False)
        return text

    def _options(self, token: re.Match[str]) -> str:
        on, _, off = re.sub("[UJ]", "", token["options"]).partition("-")
        text = f"(?{on}{'-' * bool(off)}{off}:"
        if token["end"] == ":":
            return self._open(text)
        self._changed[-1] |= len(self.text) > self._starts[-1]
        self._closers[-1] += 1
        self._starts[-1] = len(self.text) + len(text)
        return text

    def _class(self, start: re.Match[str]) -> str:
        text = start["class"].replace("]", r"\]")
        while True:
            token = _CLASS_TOKEN.match(self._pattern, self._at)
            if token is None or token["collating"]:
                raise ValueError(self._pattern)
            self._at = token.end()
            if token["sign"] == "]":
                return text + "]"
            if token["sign"]:
                # Python warns of what may become operators.
                dash = token["sign"] == "-" and re.search(r"^\[\^?$|[^\\]-$", text)
                ambiguous = token["sign"] in "[&|~" or bool(dash)
                text += "\\" * ambiguous + token["sign"]
            elif token["posix"]:
                negated, name = token["posix"].startswith("^"), token["posix"].removeprefix("^")
                text += _content(f"{'u' * self._unicode}:{name}", negated=negated, last=self._last)
            elif token["quoted"] is not None:
                text += re.escape(token["quoted"])
            else:
                text += self._escape(token, in_class=True)

    def _escape(self, token: re.Match[str], *, in_class: bool = False) -> str:
        if token["property"]:
            name = token["short"] or token["long"]
            negated = (token["property"] == "P") != bool(token["not"])
            return self._set(name, negated=negated, in_class=in_class)
        if token["letter"] is None:
            code = int(token["code"] or token["byte"] or "0", 16)
            if token["control"]:
                code = ord(token["control"].upper()) ^ 64
            if code > self._last:
                raise ValueError(token[0])
            return _written(code)
        letter = token["letter"]
        if letter in "hHvV" or (letter in "sS" and self._unicode):
            return self._set(letter.lower(), negated=letter.isupper(), in_class=in_class)
        if letter == "e":
            return r"\x1b"
        if letter in "uULl":
            raise ValueError(token[0])
        if not in_class and letter in _OUTSIDE:
            return _OUTSIDE[letter] if letter != "R" or self._unicode else _BYTE_LINE_END
        # Of the rest, `re` refuses the letters that PCRE refuses too.
        return "" if letter == "E" else token[0]

    def _set(self, name: str, *, negated: bool, in_class: bool) -> str:
        if in_class:
            return _content(name, negated=negated, last=self._last)
        characters = f"[{'^' * negated}{_content(name, negated=False, last=self._last)}]"
        return f"(?-i:{characters})" if self._ignores_case else characters


_OUTSIDE = {
    "N": r"[^\n]",
    "R": r"(?>\r\n|[\n-\r\x85\u2028\u2029])",
    "z": r"\Z",
    "Z": r"(?=\n?\Z)",
    "G": r"\A",
    "K": "",
}
_BYTE_LINE_END = r"(?>\r\n|[\n-\r\x85])"


@lru_cache(maxsize=256)
def _content(name: str, *, negated: bool, last: int) -> str:
    """The characters of a set, up to the last one, as they stand between brackets."""
    holds = _PREDICATES.get(name) or _by_category(name)
    runs = _runs() if last > _LAST_BYTE else [(code, code) for code in range(last + 1)]
    text = ""
    for inside, found in groupby(runs, lambda run: holds(chr(run[0])) != negated):
        if inside:
            (start, end), *rest = found
            end = rest[-1][1] if rest else end
            text += f"{_written(start)}-{_written(end)}" if end > start else _written(start)
    if not text:
        raise ValueError(name)
    return text


@cache
def _runs() -> list[tuple[int, int]]:
    """All characters: each alone in the basic plane; in runs of one category, their first and last, in the others."""
    runs = [(code, code) for code in range(_OTHER_PLANES)]
    others = range(_OTHER_PLANES, sys.maxunicode + 1)
    for _, codes in groupby(others, lambda code: unicodedata.category(chr(code))):
        first, *rest = codes
        runs.append((first, rest[-1] if rest else first))
    return runs


def _written(code: int) -> str:
    return f"\\x{code:02x}" if code <= _LAST_BYTE else f"\\U{code:08x}"


def _by_category(name: str) -> _Predicate:
    if not _CATEGORY.fullmatch(name):
        raise ValueError(name)
    return lambda character: unicodedata.category(character).startswith(name)


_CATEGORY = re.compile("C[cfnos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?")


def _one_of(characters: str) -> _Predicate:
    return frozenset(characters).__contains__


def _matching(pattern: str) -> _Predicate:
    known = re.compile(pattern)
    return lambda character: known.match(character) is not None


def _in(*categories: str, also: str = "") -> _Predicate:
    return lambda character: unicodedata.category(character).startswith(categories) or character in also


_HORIZONTAL = "\t \xa0\u1680\u180e" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f\u205f\u3000"
_VERTICAL = "\n\v\f\r\x85\u2028\u2029"

_PREDICATES: dict[str, _Predicate] = {
    "h": _one_of(_HORIZONTAL),
    "v": _one_of(_VERTICAL),
    "s": _one_of(_HORIZONTAL + _VERTICAL),
    "Any": lambda _: True,
    "L&": _in("Lu", "Ll", "Lt"),
    "Xan": _in("L", "N"),
    "Xps": _one_of(_HORIZONTAL + _VERTICAL),
    "Xsp": _one_of(_HORIZONTAL + _VERTICAL),
    "Xwd": _in("L", "N", also="_"),
    "Latin": lambda character: unicodedata.name(character, "").startswith("LATIN "),
    ":alnum": _matching("[0-9A-Za-z]"),
    ":alpha": _matching("[A-Za-z]"),
    ":ascii": str.isascii,
    ":blank": _one_of(" \t"),
    ":cntrl": _matching(r"[\x00-\x1f\x7f]"),
    ":digit": _matching("[0-9]"),
    ":graph": _matching("[!-~]"),
    ":lower": _matching("[a-z]"),
    ":print": _matching("[ -~]"),
    ":punct": _matching(r"[!-/:-@\[-`{-~]"),
    ":space": _one_of(" \t\n\v\f\r"),
    ":upper": _matching("[A-Z]"),
    ":word": _matching("[0-9A-Za-z_]"),
    ":xdigit": _matching("[0-9A-Fa-f]"),
    "u:alnum": _in("L", "N"),
    "u:alpha": _in("L"),
    "u:ascii": str.isascii,
    "u:blank": _one_of(_HORIZONTAL),
    "u:cntrl": _in("Cc"),
    "u:digit": _in("Nd"),
    "u:graph": lambda character: not unicodedata.category(character).startswith(("Z", "Cc", "Cs", "Cn")),
    "u:lower": _in("Ll"),
    "u:print": lambda character: not unicodedata.category(character).startswith(("Zl", "Zp", "Cc", "Cs", "Cn")),
    "u:punct": _in("P", also="$+<=>^`|~"),
    "u:space": _one_of(_HORIZONTAL + _VERTICAL),
    "u:upper": _in("Lu"),
    "u:word": _in("L", "N", also="_"),
    "u:xdigit": _matching("[0-9A-Fa-f]"),
}
"""Sets of characters by their names in PCRE; POSIX ones after a colon, those of the modifier ``u`` after ``u:``."""
