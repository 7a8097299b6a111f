from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings

from streaming.domain import doctor
from streaming.domain.doctor import Fact
from streaming.management.commands import doctor as command

GOOD = doctor.Disk(50_000_000_000)
WARNING = doctor.Serving(False)
PROBLEM = doctor.IceServers(1, ["turn:turn.example.org"])


def run(monkeypatch: pytest.MonkeyPatch, *facts: Fact, options: tuple[str, ...] = ()) -> str:
    monkeypatch.setattr(command, "server_facts", lambda is_server: list(facts))
    output = StringIO()
    call_command("doctor", *options, stdout=output, no_color=True)
    return output.getvalue()


def test_it_prints_each_finding_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = run(monkeypatch, GOOD, WARNING).splitlines()
    assert lines[0].startswith("Warning  Server: SkySentry isn't running")
    assert lines[1].startswith("         Start it with: ")
    assert lines[2] == "OK       Disk: 50 GB free."


def test_a_problem_is_its_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit) as exit:
        run(monkeypatch, GOOD, PROBLEM)
    assert exit.value.code == 1


def test_json_is_for_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    said = json.loads(run(monkeypatch, GOOD, WARNING, options=("--json",)))
    assert said["state"] == "warning"
    assert [each["check"] for each in said["findings"]] == ["serving", "disk"]


@pytest.mark.django_db(transaction=True)
def test_it_asks_the_machine_it_runs_on(tmp_path: Path) -> None:
    output = StringIO()
    with override_settings(VAR_DIR=tmp_path):
        call_command("doctor", "--json", stdout=output)
    checks = {each["check"] for each in json.loads(output.getvalue())["findings"]}
    assert {"serving", "database", "disk", "descriptors", "udp_ports", "ice_servers"} <= checks
