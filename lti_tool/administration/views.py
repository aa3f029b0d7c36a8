"""The administrators' pages. None may be framed, but for the claims of a test launch."""

from __future__ import annotations

from flask import Blueprint

from lti_tool.administration.access import Access
from lti_tool.administration.claims_page import ClaimsPage
from lti_tool.administration.doors import add_doors
from lti_tool.administration.health import Health
from lti_tool.administration.platform_pages import add_platform_pages
from lti_tool.administration.sessions import AdminSessions
from lti_tool.administration.tool_pages import add_tool_pages
from lti_tool.platforms.service import Platforms
from lti_tool.settings import Settings


def administration_views(
    sessions: AdminSessions, platforms: Platforms, health: Health, claims_page: ClaimsPage, settings: Settings
) -> Blueprint:
    """`/admin/…`."""
    views = Blueprint("administration", __name__, template_folder="templates", url_prefix="/admin")
    access = Access(sessions, https=settings.base_url.startswith("https:"))
    add_doors(views, sessions, access)
    add_platform_pages(views, platforms, access)
    add_tool_pages(views, platforms, health, access, settings)
    claims_page.add_to(views)
    return views
