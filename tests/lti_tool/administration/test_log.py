"""What a sign-in or an invitation leaves in the log."""

from __future__ import annotations

import pytest

from lti_tool.web.log import discreet


@pytest.mark.parametrize("path", ["/admin/sign-in/", "/lti/register/"])
def test_the_secret_of_a_link_is_masked(path: str) -> None:
    line = f"POST {path}Z65jQv2A4hWC38k9RdPqx1Tz1Reav 303 12 bytes"
    assert discreet(line) == f"POST {path}… 303 12 bytes"
