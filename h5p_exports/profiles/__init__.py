"""Profiles: which versions of the libraries a target site has."""

from __future__ import annotations

from h5p_exports.profiles.learning import learn_profile
from h5p_exports.profiles.profile import Profile, load_profile, profile_names

__all__ = ["Profile", "learn_profile", "load_profile", "profile_names"]
