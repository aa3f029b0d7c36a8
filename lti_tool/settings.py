"""The settings of the tool, read once from environment variables `TRAAM_*`.

`docs/operate/settings.md` describes each of them; `tests/lti_tool/test_settings.py` holds the page to this file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "TRAAM_"
SHORTEST_SECRET = 32
_HOST = re.compile(r"[a-z0-9.-]+|[0-9a-f:.]+")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class SettingsRefused(ValueError):
    """The environment does not describe a tool that can run; the message says what to mend."""


class Settings(BaseSettings):
    """Everything an operator can choose. Immutable; passed from `create_app` to what needs it."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    base_url: str = Field(
        "http://localhost:8000",
        description="Public address of the tool, without a path. Every LTI address is built from it.",
        examples=["https://activites.example.fr"],
    )
    data_dir: Path = Field(
        Path("var"),
        description="Folder of the embedded database, the uploaded media and the demo LMS.",
        examples=["/var/lib/traam"],
    )
    database_url: str = Field(
        "",
        description="SQLAlchemy address of the database. Empty: a SQLite file in the data folder.",
        examples=["postgresql+psycopg://traam:secret@127.0.0.1/traam"],
    )
    blobs_url: str = Field(
        "",
        description=(
            "Bucket for uploaded media in an S3-compatible store, with a prefix if you like. Its keys are read from "
            "`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and the other `AWS_*` of Amazon's tools. "
            "Empty: the folder `media` in the data folder."
        ),
        examples=["s3://traam/media"],
    )
    s3_endpoint: str = Field(
        "",
        description="Address of the S3-compatible store. Empty: Amazon's.",
        examples=["https://s3.example.fr"],
    )
    secret_key: SecretStr = Field(
        SecretStr(""),
        description=(
            "Signs the state of logins and the session cookies; at least 32 characters. "
            "Empty: a key made at first start and kept in the data folder."
        ),
        examples=["python -c 'import secrets; print(secrets.token_urlsafe(48))'"],
    )
    delivery: Literal["embedded", "celery", "off"] = Field(
        "embedded",
        description=(
            "Who sends the grades: a thread of the web service (`embedded`), the workers that `traam worker` starts "
            "(`celery`), or nobody (`off`)."
        ),
        examples=["embedded"],
    )
    broker_url: SecretStr = Field(
        SecretStr(""),
        validate_default=True,
        description="The Redis through which the web service wakes the workers. Needed for delivery by `celery`.",
        examples=["redis://127.0.0.1:6379/0"],
    )
    trusted_proxies: int = Field(
        0,
        ge=0,
        le=5,
        description="How many reverse proxies stand in front and set `X-Forwarded-*`.",
        examples=["1"],
    )
    max_upload_mb: int = Field(
        64, ge=1, le=1024, description="Largest H5P file that a teacher may send, in megabytes.", examples=["64"]
    )
    accept_deployments: bool = Field(
        False,
        description=(
            "Whether a deployment that a registered platform names for the first time is accepted at once, "
            "instead of waiting for an administrator."
        ),
        examples=["true"],
    )
    ask_names: bool = Field(
        False,
        description=(
            "Whether platforms that register from now on are asked for people's names. "
            "E-mail addresses are never asked for."
        ),
        examples=["true"],
    )
    allow_private_platforms: bool = Field(
        False,
        description=(
            "Whether a platform may have an address in a private network (such as 10.0.0.8). Dangerous: whoever holds "
            "an invitation, or administers a platform, can then make the tool call machines behind your firewall."
        ),
        examples=["true"],
    )
    ca_file: str = Field(
        "",
        description=(
            "Certificate authorities that platforms may use besides the well-known ones: a file in PEM. For a platform "
            "whose https certificate comes from an authority of its own, as some do inside a school's network. "
            "Empty: none."
        ),
        examples=["/etc/ssl/certs/rectorat.pem"],
    )
    allow_canvas: bool = Field(
        False,
        description=(
            "Whether Canvas in the cloud may register: its endpoints are on several hosts "
            "(`*.instructure.com`, `*.canvaslms.com`)."
        ),
        examples=["true"],
    )
    key_encryption_key: SecretStr = Field(
        SecretStr(""),
        description=(
            "Encrypts the private keys in the database (Fernet: 32 bytes in URL-safe base64). Empty: they are not "
            "encrypted. Keys made before it was set are encrypted by the next `traam db upgrade` or `traam keys "
            "rotate`. If it is lost, so are the keys."
        ),
        examples=[
            "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'",
        ],
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="How much the log says.", examples=["INFO"]
    )
    log_format: Literal["text", "json"] = Field(
        "text",
        description="A log line for people (`text`), or a JSON object a line for machines (`json`).",
        examples=["json"],
    )
    metrics_token: SecretStr = Field(
        SecretStr(""),
        description=(
            "Opens `/metrics` to other machines that send it as `Authorization: Bearer …`; at least 32 characters. "
            "Empty: `/metrics` answers this machine only."
        ),
        examples=["python -c 'import secrets; print(secrets.token_urlsafe(48))'"],
    )

    @field_validator("base_url")
    @classmethod
    def _base_url_is_an_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("write it as https://host, without anything after the host")
        if parts.path.strip("/"):
            raise ValueError("the tool lives at the root of its host: leave the path out")
        if parts.username is not None or not _HOST.fullmatch(parts.hostname):
            raise ValueError("write the host alone, in its ASCII form (xn--…) where it has one")
        # As browsers write an origin: it is compared with what they send.
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        port = f":{parts.port}" if parts.port not in {None, _DEFAULT_PORTS[parts.scheme]} else ""
        return f"{parts.scheme}://{host}{port}"

    @field_validator("blobs_url")
    @classmethod
    def _blobs_url_names_a_bucket(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme != "s3" or not _BUCKET.fullmatch(parts.netloc) or parts.query or parts.fragment):
            raise ValueError("write it as s3://bucket or s3://bucket/prefix")
        return value

    @field_validator("s3_endpoint")
    @classmethod
    def _endpoint_is_an_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None):
            raise ValueError("write it as https://host; its keys go into `AWS_*`")
        return value

    @field_validator("broker_url")
    @classmethod
    def _broker_is_a_redis(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        parts = urlsplit(value.get_secret_value())
        if not value.get_secret_value():
            if info.data.get("delivery") == "celery":
                raise ValueError("TRAAM_DELIVERY is `celery`: say which Redis, as redis://host:port/number")
        elif parts.scheme not in {"redis", "rediss"} or not parts.hostname:
            raise ValueError("write it as redis://host:port/number")
        return value

    @field_validator("secret_key", "metrics_token")
    @classmethod
    def _secret_is_long_enough(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and len(value.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"a secret has at least {SHORTEST_SECRET} characters")
        return value

    @field_validator("key_encryption_key")
    @classmethod
    def _key_is_a_fernet_key(cls, value: SecretStr) -> SecretStr:
        try:
            if value.get_secret_value():
                Fernet(value.get_secret_value())
        except ValueError:
            raise ValueError("32 bytes in URL-safe base64, as `Fernet.generate_key()` makes them") from None
        return value

    @property
    def database(self) -> str:
        """The SQLAlchemy address in force."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'traam.sqlite'}"

    @property
    def base_is_loopback(self) -> bool:
        """Whether the tool itself is on this machine: only then may a platform be."""
        host = urlsplit(self.base_url).hostname or ""
        return host in {"localhost", "::1"} or host.startswith("127.")

    @property
    def launch_url(self) -> str:
        """The one redirect URI."""
        return f"{self.base_url}/lti/launch"


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """The `TRAAM_*` variables that mean nothing: a typing error must not pass in silence."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    return sorted(name for name in environment if name.upper().startswith(PREFIX) and name.upper() not in known)


def load_settings() -> Settings:
    """Read the environment. Raises `SettingsRefused` with one line per problem."""
    unknown = unknown_variables(os.environ)
    if unknown:
        raise SettingsRefused(f"unknown settings: {', '.join(unknown)} (see `docs/operate/settings.md`)")
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"{PREFIX}{'.'.join(map(str, p['loc'])).upper()}: {p['msg']}" for p in error.errors()]
        raise SettingsRefused("\n".join(lines)) from None
