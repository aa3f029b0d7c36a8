"""Login initiation, and the state that carries it to the launch."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.errors import Invalid, Refused, ToolError, Unknown
from lti_tool.lti.login import LoginState, StateSigner, check_target, hash_browser, new_nonce, read_login, same_browser

HERE = "https://activites.example"
RIGHT = {"iss": "https://moodle.example", "login_hint": "3", "target_link_uri": f"{HERE}/lti/launch"}
SIGNER = StateSigner("s" * 40)
STATE = LoginState(7, "nonce", hash_browser("cookie"), known_browser=True)
TOKEN = SIGNER.sign(STATE)


def test_a_login_needs_no_client_and_no_message_hint() -> None:
    request = read_login(RIGHT, base_url=HERE)
    assert (request.client_id, request.message_hint) == (None, None)


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("value", ["", "a\x00", "a\ud800", "x" * 5000])
def test_a_field_that_is_missing_or_unclean_is_refused(name: str, value: str) -> None:
    with pytest.raises(Invalid, match="login-"):
        read_login({**RIGHT, name: value}, base_url=HERE)


@given(st.dictionaries(st.sampled_from([*RIGHT, "client_id", "lti_message_hint", "x"]), st.text()))
def test_any_fields_are_a_login_or_a_refusal(fields: dict[str, str]) -> None:
    try:
        request = read_login({**RIGHT, **fields}, base_url=HERE)
    except ToolError:
        return
    assert request.issuer
    assert request.login_hint


@pytest.mark.parametrize(
    "target",
    [HERE, f"{HERE}/", f"{HERE}/lti/launch?activity=p1-x", "https://ACTIVITES.example/x", f"{HERE}:443/", f"{HERE}/#a"],
)
def test_a_target_on_our_host_is_taken(target: str) -> None:
    check_target(target, base_url=HERE)


@pytest.mark.parametrize(
    "target",
    [
        "",
        "/lti/launch",
        "//activites.example/",
        "http://activites.example/",
        "https://activites.example.voleur.example/",
        "https://voleur.example/https://activites.example/",
        "https://activites.example@voleur.example/",
        "https://voleur.example#@activites.example/",
        "https://someone@activites.example/",
        "https://activites.example:8443/",
        "https://activites.example:port/",
        "https://activites.example\\@voleur.example/",
        "https://[::1/",
        "javascript:alert(1)//activites.example",
        "data:text/html,x",
        "https://activites。example/",
    ],
)
def test_a_target_anywhere_else_is_refused(target: str) -> None:
    with pytest.raises(Refused, match="launch-foreign-target"):
        check_target(target, base_url=HERE)


states = st.builds(
    LoginState,
    st.integers(min_value=1, max_value=2**31),
    st.text(alphabet="abcdef-_019", min_size=1, max_size=40),
    st.text(alphabet="0123456789abcdef", min_size=64, max_size=64),
    st.booleans(),
)


@given(states)
def test_a_state_comes_back_as_it_was(state: LoginState) -> None:
    assert SIGNER.read(SIGNER.sign(state)) == state


@given(states)
def test_a_state_holds_nothing_that_a_platform_would_strip(state: LoginState) -> None:
    assert set(SIGNER.sign(state)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@given(st.data())
def test_a_state_with_another_letter_never_says_something_else(data: st.DataObject) -> None:
    token = TOKEN
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.characters(exclude_characters=token[place]))
    # The bytes of a signature may be written in more than one way: `_` and `/` are the same to base64.
    with suppress(Unknown):
        assert SIGNER.read(token[:place] + letter + token[place + 1 :]) == STATE


@given(st.text())
def test_any_text_is_a_state_that_is_not_ours(token: str) -> None:
    with pytest.raises(Unknown, match="launch-state-unknown"):
        SIGNER.read(token)


def test_a_state_of_another_secret_is_not_ours() -> None:
    with pytest.raises(Unknown, match="launch-state-unknown"):
        SIGNER.read(StateSigner("t" * 40).sign(STATE))


def test_a_nonce_never_comes_twice() -> None:
    assert len({new_nonce() for _ in range(1000)}) == 1000


def test_the_browser_is_known_by_its_cookie_alone() -> None:
    assert same_browser(STATE, "cookie")
    assert not same_browser(STATE, "another")
    assert not same_browser(STATE, "")
    assert not same_browser(STATE, None)
