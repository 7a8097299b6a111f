"""Signs in by a one-time link as its page does, without a browser."""

from __future__ import annotations

import re
import urllib.request
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urlencode

from tests.processes import PATIENCE_S

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def filled_in(page: str, link: str) -> dict[str, str | float | bool]:
    """What the form of a link's page sends once its button is pressed."""
    token = _TOKEN.search(page)
    assert token, page
    secret = urldefrag(link).fragment
    return {"csrfmiddlewaretoken": token[1], "secret": secret, "sign_in": "yes"}


async def sign_in_by_link(context: BrowserContext, link: str) -> None:
    url = urldefrag(link).url
    page = await (await context.request.get(url)).text()
    answer = await context.request.post(url, form=filled_in(page, link), headers={"Referer": url})
    assert answer.ok, answer.status


def open_link(opener: urllib.request.OpenerDirector, link: str) -> str:
    """Where it leads."""
    with opener.open(urldefrag(link).url, timeout=PATIENCE_S) as response:
        form = filled_in(response.read().decode(), link)
    data = urlencode(form).encode()
    with opener.open(urldefrag(link).url, data, timeout=PATIENCE_S) as response:
        url: str = response.url
        return url
