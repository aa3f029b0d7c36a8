"""What a template means by a point."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from jinja2 import StrictUndefined, UndefinedError

from lti_tool.web.environment import MembersFirst
from tests.support.house import House


@dataclass
class Page:
    title: str


def said(template: str, **values: object) -> str:
    return MembersFirst(Flask("pages"), undefined=StrictUndefined).from_string(template).render(**values)


def test_a_member_of_a_dict_is_read_before_what_every_dict_has() -> None:
    assert said("{{ view.items }}", view={"items": "trois"}) == "trois"


def test_what_a_dict_can_do_is_there_all_the_same() -> None:
    assert said("{% for name, value in view.items() %}{{ name }}{{ value }}{% endfor %}", view={"a": 1}) == "a1"


def test_objects_are_read_as_ever() -> None:
    assert said("{{ page.title }}", page=Page("Titre")) == "Titre"


def test_what_is_nowhere_is_a_mistake_as_ever() -> None:
    with pytest.raises(UndefinedError, match="missing"):
        said("{{ view.missing }}", view={})


def test_the_pages_are_made_in_it(house: House) -> None:
    assert isinstance(house.app.jinja_env, MembersFirst)
