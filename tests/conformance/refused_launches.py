"""Every launch that must be refused, as data: a name, what is wrong with it, and what the person is told.

The first twelve are the bad payloads of the 1EdTech LTI Advantage certification guide, §6.1.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from flask.testing import FlaskClient
from sqlalchemy import delete, update

from lti_tool.demo_lms import forge
from lti_tool.demo_lms.keys import PlatformKey
from lti_tool.platforms.models import deployments, registrations
from tests.support.house import BASE, FRAME, House, Login, Visit

PUPIL, ACTIVITY = "3", "1"
FOREIGN = "https://voleur.example/lti/launch"
NUL = "a\x00b"
SURROGATE = "a\ud800b"

Act = Callable[[House], Visit]
Make = Callable[[House, dict[str, Any]], str]


@dataclass(frozen=True)
class Refusal:
    """A launch that must fail; `act` is what the platform and the browser do."""

    name: str
    error: str
    status: int
    act: Act


def claims(name: str, error: str, status: int, /, *, without: Iterable[str] = (), **overrides: Any) -> Refusal:
    """A well signed token with other claims."""
    return Refusal(name, error, status, lambda house: house.launch(PUPIL, ACTIVITY, None, overrides, without))


def token(name: str, error: str, status: int, make: Make) -> Refusal:
    """A token that is made by hand from the right claims."""

    def act(house: House) -> Visit:
        login = house.login(PUPIL, ACTIVITY)
        return Visit(login.client, house.post_token(login, make(house, right_claims(house, login))))

    return Refusal(name, error, status, act)


def signed(name: str, error: str, status: int, payload: bytes, **headers: Any) -> Refusal:
    """A well signed token of anything."""
    return token(name, error, status, lambda house, _claims: raw(house, payload, **headers))


def dated(name: str, error: str, status: int, **seconds: int) -> Refusal:
    """A token whose dates are moved away from now."""

    def act(house: House) -> Visit:
        moved = {claim: house.lms.now() + offset for claim, offset in seconds.items()}
        return house.launch(PUPIL, ACTIVITY, None, moved)

    return Refusal(name, error, status, act)


def login(name: str, error: str, status: int, /, *, without: str = "", **changes: str) -> Refusal:
    """A login initiation that starts no login."""

    def act(house: House) -> Visit:
        form = {**house.lms.start_login(PUPIL, ACTIVITY), **changes}
        form.pop(without, None)
        client = house.browser()
        return Visit(client, client.post("/lti/login", data=form, base_url=BASE, headers=FRAME))

    return Refusal(name, error, status, act)


def launch_form(name: str, error: str, status: int, /, **changes: str | None) -> Refusal:
    """The right token in a form with other fields; None leaves one out."""

    def act(house: House) -> Visit:
        login = house.login(PUPIL, ACTIVITY)
        form = {"id_token": right_token(house, login), "state": login.state, **changes}
        return posted(login.client, {key: value for key, value in form.items() if value is not None})

    return Refusal(name, error, status, act)


def right_claims(house: House, login: Login) -> dict[str, Any]:
    return house.lms.claims(PUPIL, ACTIVITY, nonce=login.nonce)


def right_token(house: House, login: Login) -> str:
    return house.lms.key.sign(right_claims(house, login))


def posted(client: FlaskClient, form: Mapping[str, str]) -> Visit:
    return Visit(client, client.post("/lti/launch", data=dict(form), base_url=BASE, headers=FRAME))


def raw(house: House, payload: bytes, **headers: Any) -> str:
    """A signed token with any payload and any header, also those that PyJWT would not write."""
    header = json.dumps({"alg": "RS256", "kid": house.lms.key.kid, **headers}).encode()
    signed = b".".join(urlsafe_b64encode(part).rstrip(b"=") for part in (header, payload))
    signature = house.lms.key.private.sign(signed, PKCS1v15(), SHA256())
    return b".".join((signed, urlsafe_b64encode(signature).rstrip(b"="))).decode()


def own_key(claims: dict[str, Any]) -> str:
    """A token that brings its own key along (RFC 7515 §4.1.3)."""
    key = PlatformKey.new()
    return key.sign_bytes(json.dumps(claims).encode(), headers={"kid": key.kid, "jwk": key.jwk})


def nested(depth: int) -> bytes:
    return b'{"sub":' + b"[" * depth + b"]" * depth + b"}"


CERTIFICATION = (
    token("1 no kid in the header", "launch-token-without-kid", 400, lambda h, c: forge.without_kid(c, h.lms.key)),
    token(
        "2 incorrect kid",
        "launch-key-unknown",
        403,
        lambda h, c: PlatformKey("another-kid", h.lms.key.private).sign(c),
    ),
    claims("3 wrong LTI version", "launch-version", 400, version="1.1.0"),
    claims("4 no LTI version", "launch-version", 400, without=["version"]),
    token("5 not an LTI message", "launch-token-malformed", 400, lambda _house, _claims: '{"name": "badLtiLaunch"}'),
    token(
        "6 no LTI claims",
        "launch-version",
        400,
        lambda h, c: h.lms.key.sign({key: value for key, value in c.items() if not key.startswith("https:")}),
    ),
    dated("7 incorrect timestamps", "launch-token-expired", 403, iat=-172_800, exp=-172_740),
    claims("8 no message type", "launch-without-message-type", 400, without=["message_type"]),
    claims("9 no roles", "launch-without-roles", 400, without=["roles"]),
    claims("10 no deployment id", "launch-without-deployment", 400, without=["deployment_id"]),
    claims("11 no resource link id", "launch-without-link", 400, resource_link={"title": "Sans identifiant"}),
    claims("12 no user", "launch-without-user", 400, without=["sub"]),
)

SIGNATURES = (
    token("alg none", "launch-token-algorithm", 403, lambda h, c: forge.unsigned(c, kid=h.lms.key.kid)),
    token(
        "HS256 with the public key",
        "launch-token-algorithm",
        403,
        lambda h, c: forge.keyed_with_public_key(c, h.lms.key),
    ),
    token(
        "signed by a stranger", "launch-token-forged", 403, lambda h, c: forge.signed_by_stranger(c, kid=h.lms.key.kid)
    ),
    token(
        "changed after it was signed",
        "launch-token-forged",
        403,
        lambda h, c: forge.tampered(h.lms.key.sign(c), sub="2"),
    ),
    token("without its signature", "launch-token-forged", 403, lambda h, c: h.lms.key.sign(c).rpartition(".")[0] + "."),
    token("two parts only", "launch-token-malformed", 400, lambda h, c: h.lms.key.sign(c).rpartition(".")[0]),
    token("not base64", "launch-token-malformed", 400, lambda _house, _claims: "é.è.à"),
    token("oversized token", "launch-token-too-large", 400, lambda h, c: h.lms.key.sign({**c, "x": "y" * 100_000})),
    signed("deep JSON", "launch-token-malformed", 400, nested(20_000)),
    signed("payload that is a list", "launch-token-malformed", 400, b"[]"),
    signed("payload that is not UTF-8", "launch-token-malformed", 400, b'{"sub": "\xff\xfe"}'),
    signed("number of 5000 digits", "launch-token-malformed", 400, b'{"exp": ' + b"9" * 5000 + b"}"),
    signed("kid that is a number", "launch-token-malformed", 400, b"{}", kid=7),
    signed("kid that is empty", "launch-token-without-kid", 400, b"{}", kid=""),
    signed("kid with a lone surrogate", "launch-token-malformed", 400, b"{}", kid=SURROGATE),
    signed("kid with a NUL", "launch-token-malformed", 400, b"{}", kid=NUL),
    signed("kid that is a path", "launch-key-unknown", 403, b"{}", kid="../../dev/null"),
    signed("critical header", "launch-token-malformed", 400, b"{}", crit=["exp"]),
    signed("detached payload", "launch-token-malformed", 400, b"{}", b64=False, crit=["b64"]),
    token(
        "key brought along",
        "launch-key-unknown",
        403,
        lambda _house, c: own_key(c),
    ),
)

CLAIMS = (
    claims("issuer of another platform", "launch-token-issuer", 403, iss="https://moodle.example"),
    claims("issuer that is a list", "launch-token-issuer", 403, iss=["http://127.0.0.1:8001"]),
    claims("issuer with a slash more", "launch-token-issuer", 403, iss="http://127.0.0.1:8001/"),
    claims("no issuer", "launch-token-issuer", 400, without=["iss"]),
    claims("audience of another client", "launch-token-audience", 403, aud="another-client"),
    claims("no audience", "launch-token-audience", 400, without=["aud"]),
    claims("empty list of audiences", "launch-token-audience", 400, aud=[]),
    claims("audience that is an object", "launch-token-audience", 403, aud={"traamdemolms001": 1}),
    claims("several audiences without azp", "launch-token-audience", 403, aud=["traamdemolms001", "other"]),
    claims("several audiences, azp of another", "launch-token-audience", 403, aud=["traamdemolms001", "x"], azp="x"),
    claims("one audience, azp of another", "launch-token-audience", 403, azp="another-client"),
    claims("azp that is a list", "launch-token-audience", 403, azp=["traamdemolms001"]),
    claims("nonce of another login", "launch-nonce-mismatch", 403, nonce="another"),
    claims("nonce that is a number", "launch-nonce-mismatch", 403, nonce=7),
    claims("no nonce", "launch-nonce-mismatch", 400, without=["nonce"]),
    claims("user that is a number", "launch-without-user", 400, sub=3),
    claims("user that is empty", "launch-without-user", 400, sub=""),
    claims("user of 256 characters", "launch-claim-malformed", 400, sub="u" * 256),
    claims("deployment that is a number", "launch-claim-malformed", 400, deployment_id=1),
    claims("version that is a number", "launch-version", 400, version=1.3),
    claims("roles that are a string", "launch-without-roles", 400, roles="Instructor"),
    claims("roles that are null", "launch-without-roles", 400, roles=None),
    claims("roles that are numbers", "launch-without-roles", 400, roles=[1, 2]),
    claims("no target link URI", "launch-without-target", 400, without=["target_link_uri"]),
    claims("target on a foreign host", "launch-foreign-target", 403, target_link_uri=FOREIGN),
    claims("target with us as its user", "launch-foreign-target", 403, target_link_uri=f"{BASE}@voleur.example/"),
    claims("target with a port that is none", "launch-foreign-target", 403, target_link_uri="http://localhost:port/"),
    claims("target of 3000 characters", "launch-claim-malformed", 400, target_link_uri=f"{BASE}/{'x' * 3000}"),
    claims("resource link that is a list", "launch-claim-malformed", 400, resource_link=["1"]),
    claims("resource link id that is a number", "launch-claim-malformed", 400, resource_link={"id": 1}),
    claims("no resource link", "launch-without-link", 400, without=["resource_link"]),
    claims("context that is a string", "launch-claim-malformed", 400, context="2"),
    claims("context id that is an object", "launch-claim-malformed", 400, context={"id": {}}),
    claims("custom that is a list", "launch-claim-malformed", 400, custom=["activity"]),
    claims("endpoint that is a string", "launch-claim-malformed", 400, **{
        "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": "https://moodle.example/"
    }),
    claims("scopes that are numbers", "launch-claim-malformed", 400, **{
        "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {"scope": [1]}
    }),
    claims("unknown message type", "launch-message-not-supported", 403, message_type="DataPrivacyLaunchRequest"),
    claims("message type that is a list", "launch-without-message-type", 400, message_type=["LtiResourceLinkRequest"]),
    claims("placement that is forged", "placement-forged", 403, custom={"activity": "p1-" + "A" * 24}),
    claims("placement that is a variable", "placement-forged", 403, custom={"activity": "$ResourceLink.id"}),
)  # fmt: skip

DATES = (
    claims("no expiry", "launch-token-timestamps", 400, without=["exp"]),
    claims("no issue date", "launch-token-timestamps", 400, without=["iat"]),
    dated("ten minutes late", "launch-token-expired", 403, iat=-660, exp=-600),
    dated("ten minutes early", "launch-token-from-the-future", 403, iat=600, exp=660),
    dated("issued a year ago, still valid", "launch-token-expired", 403, iat=-31_536_000, exp=60),
    dated("not before ten minutes from now", "launch-token-from-the-future", 403, nbf=600),
    claims("issue date that is a text", "launch-token-timestamps", 400, iat="1"),
    claims("issue date that is true", "launch-token-timestamps", 400, iat=True),
    claims("issue date that is infinite", "launch-token-timestamps", 400, iat=float("inf")),
    claims("issue date that is no number", "launch-token-timestamps", 400, iat=float("nan")),
    claims("issue date before the universe", "launch-token-expired", 403, iat=-(10**400)),
    claims("expiry that is a text", "launch-token-timestamps", 400, exp="99999999999"),
    claims("expiry that is a list", "launch-token-malformed", 400, exp=[]),
    claims("not before, as a truth value", "launch-token-timestamps", 400, nbf=True),
)

UNCLEAN = tuple(
    claims(f"{what} in {where}", error, 400, **{where: value})
    for what, text in (("NUL", NUL), ("lone surrogate", SURROGATE), ("100 KB", "x" * 100_000), ("20 KB", "x" * 20_000))
    for error in ("launch-token-too-large" if what == "100 KB" else "launch-claim-malformed",)
    for where, value in (
        ("sub", text),
        ("name", text),
        ("deployment_id", text),
        ("roles", [text]),
        ("context", {"id": "2", "title": text}),
        ("resource_link", {"id": text}),
        ("custom", {text: "1"}),
        ("launch_presentation", {"return_url": [{"deep": text}]}),
        ("unheard-of", text),
    )
)

LOGINS = (
    login("login without issuer", "login-incomplete", 400, without="iss"),
    login("login without hint", "login-incomplete", 400, without="login_hint"),
    login("login without target", "login-incomplete", 400, without="target_link_uri"),
    login("login of an unknown platform", "platform-unknown", 401, iss="https://moodle.example"),
    login("login of an unknown client", "platform-unknown", 401, client_id="another"),
    login("login to a foreign target", "launch-foreign-target", 403, target_link_uri=FOREIGN),
    login("login with a NUL", "login-malformed", 400, login_hint=NUL),
    login("login with 100 KB", "login-malformed", 400, lti_message_hint="x" * 100_000),
    login("login with 2 MB", "request-too-large", 413, login_hint="x" * 2_000_000),
)


def _raw_login(name: str, body: bytes, content_type: str, error: str = "login-malformed") -> Refusal:
    def act(house: House) -> Visit:
        client = house.browser()
        answer = client.post("/lti/login", data=body, content_type=content_type, base_url=BASE, headers=FRAME)
        return Visit(client, answer)

    return Refusal(name, error, 400, act)


def _raw_query(house: House) -> Visit:
    client = house.browser()
    query = {"QUERY_STRING": "iss=\xff&login_hint=3"}
    return Visit(client, client.get("/lti/login", base_url=BASE, headers=FRAME, environ_overrides=query))


FORM = "application/x-www-form-urlencoded"
BODIES = (
    _raw_login("login with a lone surrogate", b"iss=a&login_hint=%ED%A0%80&target_link_uri=b", FORM),
    _raw_login("login in Latin-1", b"iss=a&login_hint=\xe9&target_link_uri=b", FORM),
    _raw_login("login as JSON", b'{"iss": "http://127.0.0.1:8001"}', "application/json", "login-incomplete"),
    _raw_login("login as a broken multipart", b"--x", "multipart/form-data; boundary=x", "login-incomplete"),
    Refusal("login with a query in Latin-1", "login-malformed", 400, _raw_query),
)


def _other_browser(house: House) -> Visit:
    begun, other = house.login(PUPIL, ACTIVITY), house.login("4", ACTIVITY)
    return posted(other.client, {"id_token": right_token(house, begun), "state": begun.state})


def _tampered_state(house: House) -> Visit:
    login = house.login(PUPIL, ACTIVITY)
    head, _, rest = login.state.partition(".")
    return posted(login.client, {"id_token": right_token(house, login), "state": f"{head[:-2]}AA.{rest}"})


def _at_top_without_cookie(house: House) -> Visit:
    login = house.login(PUPIL, ACTIVITY)
    form = {"id_token": right_token(house, login), "state": login.state}
    client = house.browser()
    headers = {**FRAME, "Sec-Fetch-Dest": "document"}
    return Visit(client, client.post("/lti/launch", data=form, base_url=BASE, headers=headers))


def _twice(house: House) -> Visit:
    login = house.login(PUPIL, ACTIVITY)
    form = {"id_token": right_token(house, login), "state": login.state}
    assert posted(login.client, form).page.status_code == 200
    return posted(login.client, form)


def _set(house: House, statement: Any) -> None:
    with house.services.database.write() as connection:
        connection.execute(statement)
    house.services.platforms._remembered.clear()


def _deactivated_meanwhile(house: House) -> Visit:
    login = house.login(PUPIL, ACTIVITY)
    _set(house, update(registrations).values(active=False))
    return Visit(login.client, house.post_token(login, right_token(house, login)))


def _deactivated_before(house: House) -> Visit:
    _set(house, update(registrations).values(active=False))
    client = house.browser()
    return Visit(client, client.post("/lti/login", data=house.lms.start_login(PUPIL, ACTIVITY), base_url=BASE))


def _deleted_meanwhile(house: House) -> Visit:
    login = house.login(PUPIL, ACTIVITY)
    _set(house, delete(registrations))
    return Visit(login.client, house.post_token(login, right_token(house, login)))


def _held(house: House) -> Visit:
    _set(house, update(deployments).values(state="pending"))
    return house.launch(PUPIL, ACTIVITY)


LAUNCHES = (
    launch_form("no id_token", "launch-token-missing", 400, id_token=None),
    launch_form("no state", "launch-state-missing", 400, state=None),
    launch_form("unsolicited state", "launch-state-unknown", 401, state="state-1234"),
    launch_form("state of 100 KB", "launch-state-unknown", 401, state="x" * 100_000),
    launch_form("state with a NUL", "launch-state-unknown", 401, state=NUL),
    launch_form("error of the platform", "launch-refused-by-platform", 403, id_token=None, error="login_required"),
    launch_form("error of 100 KB", "launch-refused-by-platform", 403, id_token=None, error="x" * 100_000),
    Refusal("tampered state", "launch-state-unknown", 401, _tampered_state),
    Refusal("state of another browser", "launch-of-another-browser", 403, _other_browser),
    Refusal("no cookie outside a frame", "launch-without-cookie", 403, _at_top_without_cookie),
)

ALTERING = (
    # It is kept, waiting for an administrator: that is what changes.
    claims("unknown deployment", "deployment-pending", 403, deployment_id="99"),
    Refusal("same id_token twice", "launch-replayed", 409, _twice),
    Refusal("platform deactivated meanwhile", "platform-inactive", 403, _deactivated_meanwhile),
    Refusal("platform deleted meanwhile", "platform-unknown", 401, _deleted_meanwhile),
    Refusal("login of a deactivated platform", "platform-inactive", 403, _deactivated_before),
    Refusal("deployment that waits", "deployment-pending", 403, _held),
)
"""Refusals after something that changes the house by right."""

REFUSALS = (*CERTIFICATION, *SIGNATURES, *CLAIMS, *DATES, *UNCLEAN, *LOGINS, *BODIES, *LAUNCHES)
