from __future__ import annotations

import pytest

from cameras.user_agents import browser_name, device_name

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME}", "Chrome on Windows computer"),
        (f"Mozilla/5.0 (Windows NT 10.0) {CHROME} Edg/126.0", "Edge on Windows computer"),
        (f"Mozilla/5.0 (X11; Linux x86_64) {CHROME} OPR/112.0", "Opera on Linux computer"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0", "Firefox on Linux computer"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15"
            " (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        ("curl/8.5", "Unknown browser"),
        ("Mozilla/5.0 (iPad)", "iPad"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_is_named_with_its_device(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name


@pytest.mark.parametrize(
    ("user_agent", "kind"),
    [
        (IPHONE, "iPhone"),
        ("Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X)", "iPad"),
        (
            "Mozilla/5.0 (Linux; Android 16; K) Chrome/156.0.0.0 Mobile Safari/537.36",
            "Android phone",
        ),
        ("Mozilla/5.0 (Linux; Android 16; K) Chrome/156.0.0.0 Safari/537.36", "Android tablet"),
        ("Mozilla/5.0 (Android 16; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0", "Android phone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15", "Mac"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/156", "Windows computer"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/156", "Linux computer"),
        ("", "Phone"),
    ],
)
def test_a_key_is_named_after_its_phone(user_agent: str, kind: str) -> None:
    assert device_name(user_agent) == kind
