"""What an administrator copies into a platform that is connected by hand."""

from __future__ import annotations

from dataclasses import dataclass

from lti_tool.lti.registration_document import CLIENT_NAME, CUSTOM_PARAMETERS, DESCRIPTION
from lti_tool.settings import Settings


@dataclass(frozen=True, slots=True)
class Value:
    """A value to copy; `field` is Moodle's label, `other` what other platforms call it."""

    id: str
    field: str
    value: str
    other: str = ""

    @property
    def is_long(self) -> bool:
        """Whether it has several lines."""
        return "\n" in self.value


def values_to_copy(settings: Settings, *, public_key: str) -> list[tuple[str, list[Value]]]:
    """The values by group, in the order of Moodle's form."""
    launch = settings.launch_url
    return [
        (
            "Dans le formulaire de Moodle",
            [
                Value("name", "Nom de l’outil", CLIENT_NAME),
                Value("url", "URL de l’outil", launch, "Target link URI"),
                Value("description", "Description de l’outil", DESCRIPTION),
                Value("keyset", "URL jeu de clefs", f"{settings.base_url}/lti/jwks", "JWKS URL"),
                Value("login", "URL d’initiation de connexion", f"{settings.base_url}/lti/login", "OIDC login URL"),
                Value("redirect", "URIs de redirection", launch, "Redirect URI"),
                Value(
                    "custom",
                    "Paramètres personnalisés",
                    "\n".join(f"{name}={value}" for name, value in CUSTOM_PARAMETERS.items()),
                    "Custom parameters",
                ),
                Value("deep-linking", "URL de sélection de contenu", launch, "Deep linking URL"),
                Value("icon", "URL de l’icône", f"{settings.base_url}/static/img/icon.svg"),
            ],
        ),
        (
            "Si la plateforme veut la clé elle-même",
            [Value("key", "Clé publique", public_key, "Public key (PEM)")],
        ),
    ]
