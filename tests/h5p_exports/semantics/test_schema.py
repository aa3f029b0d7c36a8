from __future__ import annotations

from h5p_exports.semantics import json_schema, load_semantics

SEMANTICS = load_semantics(
    [
        {"name": "question", "type": "text", "label": "Question", "tags": ["em"], "maxLength": 9},
        {"name": "only", "type": "group", "optional": True, "fields": [{"name": "n", "type": "number", "min": 1}]},
        {
            "name": "answers",
            "type": "list",
            "min": 1,
            "max": 3,
            "field": {"name": "kind", "type": "select", "options": [{"value": "a"}, {"value": "b"}]},
        },
        {"name": "child", "type": "library", "optional": True, "options": ["H5P.X 1.0", "H5P.Y 1.0"]},
        {"name": "odd", "type": "coordinates", "optional": True},
    ]
)


def test_fields_become_properties_with_their_bounds() -> None:
    schema = json_schema(SEMANTICS, title="Mon type")

    assert schema["title"] == "Mon type"
    assert schema["required"] == ["answers", "question"]
    assert schema["properties"]["question"] == {
        "type": "string",
        "maxLength": 9,
        "contentMediaType": "text/html",
        "title": "Question",
    }
    assert schema["properties"]["answers"] == {
        "type": "array",
        "items": {"enum": ["a", "b"]},
        "minItems": 1,
        "maxItems": 3,
    }


def test_a_group_of_one_field_is_that_field() -> None:
    assert json_schema(SEMANTICS)["properties"]["only"] == {"type": "number", "minimum": 1}


def test_sub_contents_that_are_known_are_described_once() -> None:
    schema = json_schema(SEMANTICS, libraries={"H5P.X 1.0": load_semantics([{"name": "t", "type": "text"}])})

    params = [content["properties"]["params"] for content in schema["properties"]["child"]["anyOf"]]
    assert params == [{"$ref": "#/$defs/H5P.X%201.0"}, {"type": "object"}]
    assert schema["$defs"]["H5P.X 1.0"]["properties"] == {"t": {"type": "string"}}


def test_nothing_can_be_of_an_unknown_type() -> None:
    assert json_schema(SEMANTICS)["properties"]["odd"] == {"not": {}}
