"""`semantics.json`: what the params of a content type may hold; filtering them, JSON Schema."""

from __future__ import annotations

from h5p_exports.semantics.fields import Field, Semantics, load_semantics
from h5p_exports.semantics.filtering import Filtered, FilterError, filter_params
from h5p_exports.semantics.schema import json_schema

__all__ = ["Field", "FilterError", "Filtered", "Semantics", "filter_params", "json_schema", "load_semantics"]
