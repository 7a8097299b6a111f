from __future__ import annotations

import pytest

from cameras.user_agents import browser_name

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
