"""What tests of the console share: a browser that types, and what stands on a page."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import httpx
import pyotp

from bot.clock import now
from tests.web.conftest import Web

CSRF = re.compile(r'name="csrf" value="([^"]+)"')
PASSWORD = "paars fietspad onder water"


class Browser(httpx.Client):
    """A browser without scripts: it keeps cookies and sends the hidden field of the page that it looks at."""

    def __init__(self, web: Web, **options: Any) -> None:
        super().__init__(base_url=web.url, timeout=30, trust_env=False, **options)
        self.page: httpx.Response

    def look(self, path: str) -> httpx.Response:
        """Open a page, following redirects."""
        self.page = self.get(path, follow_redirects=True)
        return self.page

    def submit(self, path: str, **fields: str) -> httpx.Response:
        """Send the form of the page."""
        found = CSRF.search(self.page.text)
        assert found, self.page.text
        response = self.post(path, data={"csrf": found[1], **fields})
        if not response.is_redirect:
            self.page = response
        return response

    def log_in(self, email: str, password: str = PASSWORD, **fields: str) -> httpx.Response:
        """Type address and password."""
        self.look("/staff/inloggen")
        return self.submit("/staff/inloggen", email=email, password=password, **fields)


def code(secret: str, steps: int = 0) -> str:
    """Return the code of an app, so many steps of half a minute from now."""
    return pyotp.TOTP(secret).at(now() + timedelta(seconds=30 * steps))
