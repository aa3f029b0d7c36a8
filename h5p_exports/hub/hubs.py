"""The two hubs, one for each generation of the libraries."""

from __future__ import annotations

from dataclasses import dataclass

from h5p_exports.profiles import Profile

_FIRST_OF_NEW_LINE = (1, 28)


@dataclass(frozen=True, slots=True)
class Hub:
    """A hub, by its host; it answers on https alone."""

    host: str

    @property
    def sites(self) -> str:
        """The address to register a site at."""
        return f"https://{self.host}/v1/sites"

    @property
    def content_types(self) -> str:
        """The address of the list of content types; with a machine name behind it, that of a package."""
        return f"https://{self.host}/v1/content-types/"


HUBS: tuple[Hub, Hub] = (Hub("api.h5p.org"), Hub("hub-api.h5p.org"))
"""That of the libraries up to core 1.27, and that of the 1.28 line."""


def hub_for(profile: Profile) -> Hub:
    """The hub whose libraries a site like this one has."""
    return HUBS[profile.core_api >= _FIRST_OF_NEW_LINE]
