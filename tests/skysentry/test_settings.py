"""Every setting stands in `.env.example` and in the docs, with its default; nothing else does."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from django.core.management import get_commands
from dotenv import dotenv_values

from streaming import conf
from streaming.limits import Limits

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / ".env.example").read_text()
WIRING = "".join((ROOT / "skysentry" / name).read_text() for name in ("settings.py", "env.py"))
READ = r'(?:environ\.get|read|read_list)\("([A-Z_]+)"'


def variables() -> set[str]:
    ours = {conf.variable(field.name) for field in fields(conf.Conf)} - limits().keys()
    # Which `serve` sets for its processes.
    return ours | set(re.findall(READ, WIRING)) - {"SERVE_HOSTS"}


def limits() -> dict[str, str]:
    return {conf.variable(each.name): _shown(each.default) for each in fields(Limits)}


def _shown(default: object) -> str:
    return str(default).lower() if isinstance(default, bool) else f"{default:,}"


def example() -> dict[str, str]:
    return dict(re.findall(r"^#([A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE))


def table(page: str) -> dict[str, str]:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (?:`(.*?)`)? ?\|", (ROOT / page).read_text(), re.M)
    return dict(rows)


def test_runserver_speaks_websockets():
    assert get_commands()["runserver"] == "streaming"


def test_the_example_has_every_setting_and_no_other():
    assert example().keys() == variables()


def test_the_page_on_settings_has_every_one_with_the_default_of_the_example():
    assert table("docs/settings.md") == example()


def test_every_limit_stands_in_the_page_on_security_with_its_default():
    assert table("docs/security.md") == limits()


def test_the_defaults_of_the_example_are_the_defaults():
    ours = {conf.variable(field.name) for field in fields(conf.Conf)}
    assert conf.load({}, {k: v for k, v in example().items() if k in ours}) == conf.Conf()


def test_each_setting_of_the_example_has_a_line_of_meaning():
    lines = EXAMPLE.splitlines()
    for number, line in enumerate(lines):
        if re.match("#[A-Z_]+=", line):
            assert re.match("# .{10}", lines[number - 1])


def test_a_copied_example_changes_nothing(tmp_path):
    copy = tmp_path / ".env"
    copy.write_text(EXAMPLE)
    assert dotenv_values(copy) == {}


def test_a_developers_file_is_not_read_by_tests(tmp_path):
    assert log_level(tmp_path, "LOG_LEVEL=ERROR") == "INFO"


@pytest.fixture
def _with_env_file(monkeypatch):
    monkeypatch.delenv("PYTHON_DOTENV_DISABLED")


@pytest.mark.usefixtures("_with_env_file")
def test_the_file_of_the_project_is_read(tmp_path):
    assert log_level(tmp_path, "LOG_LEVEL=ERROR") == "ERROR"


@pytest.mark.usefixtures("_with_env_file")
def test_the_real_environment_wins(tmp_path, monkeypatch):
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    assert log_level(tmp_path, "LOG_LEVEL=ERROR") == "DEBUG"


def log_level(project: Path, env_file: str) -> str:
    """The log level of a project with this `.env`."""
    (project / ".env").write_text(env_file)
    for package in ("cameras", "skysentry"):
        shutil.copytree(ROOT / package, project / package)
    shutil.copy(ROOT / "pyproject.toml", project)
    asked = subprocess.run(
        [*(sys.executable, "-c"), "from skysentry import settings; print(settings.LOG_LEVEL)"],
        cwd=project,
        check=True,
        text=True,
        stdout=subprocess.PIPE,
    )
    return asked.stdout.strip()


@pytest.mark.parametrize("language", ["tr", "ar", "xx"])
def test_pages_are_in_english_where_there_is_no_catalogue(client, superuser, language):
    headers = {"accept-language": language}
    client.force_login(superuser)
    page = client.get("/admin/", headers=headers)
    assert page.headers["Content-Language"] == "en"
    assert "Recent actions" in page.content.decode()
    problem = client.get("/api/cameras/?enabled=perhaps", headers=headers).json()
    assert problem["errors"][0]["detail"].startswith("Select a valid choice.")


def test_pages_are_in_german_for_whoever_reads_it(client, superuser, camera):
    headers = {"accept-language": "de-DE,de;q=0.9"}
    client.force_login(superuser)
    page = client.get("/admin/cameras/camera/", headers=headers)
    assert page.headers["Content-Language"] == "de"
    assert "Accept-Language" in page.headers["Vary"]
    assert "Ausgewählte Kameras deaktivieren" in page.content.decode()
    problem = client.get("/api/cameras/nothing/", headers=headers).json()
    assert problem["detail"].startswith("Diese Kamera gibt es nicht")
