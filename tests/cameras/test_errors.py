from __future__ import annotations

import ast
from pathlib import Path

from cameras.errors import reason_of

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path for app in ("cameras", "streaming", "skysentry") for path in (ROOT / app).rglob("*.py")
)


def test_an_error_that_says_nothing_is_named():
    assert reason_of(TimeoutError()) == "TimeoutError"
    assert reason_of(OSError("disk full\n")) == "disk full"


def test_no_line_of_the_log_ends_without_a_reason():
    assert not [f"{path.name}:{line}" for path in SOURCES for line in _bare(path.read_text())]


def _bare(source):
    """The lines that log an error as it is, and not its `reason_of`."""
    tree = ast.parse(source)
    handlers = (each for each in ast.walk(tree) if isinstance(each, ast.ExceptHandler))
    errors = {"error"} | {each.name for each in handlers}
    return [
        call.lineno
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("logger.")
        for value in call.args
        if isinstance(value, ast.Name) and value.id in errors
    ]
