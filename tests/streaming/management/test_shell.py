from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from streaming.management.shell import manage_command


def test_it_runs_as_it_is_printed_in_the_folder_it_was_started_in(monkeypatch):
    monkeypatch.chdir(settings.BASE_DIR)
    monkeypatch.setattr(sys, "argv", ["manage.py", "serve"])
    printed = manage_command("signin_link", "--help")
    done = subprocess.run(["sh", "-c", printed], capture_output=True, text=True, check=True)
    assert "Prints a link" in done.stdout
    assert shlex.split(printed)[1] == "manage.py"


def test_it_names_this_virtual_environment_as_the_reader_types_it(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "executable", str(tmp_path / ".venv" / "bin" / "python"))
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "manage.py"), "serve"])
    assert manage_command("phone") == ".venv/bin/python manage.py phone"


def test_elsewhere_it_names_whole_paths(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3")
    monkeypatch.setattr(sys, "argv", ["/srv/my cameras/manage.py", "serve"])
    assert manage_command("phone") == "/usr/bin/python3 '/srv/my cameras/manage.py' phone"


def test_a_project_without_its_own_manage_py_is_run_by_django(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(Path("/srv/venv/bin/django-admin"))])
    assert manage_command("phone").endswith(" -m django phone")
