"""Sources of exercises: the text format of teachers, GIFT, Moodle XML."""

from __future__ import annotations

from h5p_exports.formats.files import read_source
from h5p_exports.formats.gift import read_gift
from h5p_exports.formats.moodle_xml import read_moodle_xml
from h5p_exports.formats.notice import Notice, explain
from h5p_exports.formats.source import Source
from h5p_exports.formats.text import read_text
from h5p_exports.formats.traps import find_traps

__all__ = ["Notice", "Source", "explain", "find_traps", "read_gift", "read_moodle_xml", "read_source", "read_text"]
