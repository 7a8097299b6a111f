from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import dev
from streaming.management.commands.serve import Command as ServeCommand

PROJECT = tomllib.loads((dev.ROOT / "pyproject.toml").read_text())
DEPENDENCIES = PROJECT["project"]["dependencies"]
DEV_DEPENDENCIES = PROJECT["dependency-groups"]["dev"]


def pins(lock: str) -> dict[str, str]:
    lines = (dev.ROOT / "requirements" / f"{lock}.lock").read_text().splitlines()
    return dict(line.split()[0].split("==") for line in lines if not line.startswith(" "))


class TestPython:
    @pytest.mark.parametrize("version", [(3, 11), (3, 14)])
    def test_supported_versions_pass(self, version):
        assert dev.python_refusal(version) is None

    def test_an_old_one_is_told_what_is_needed(self):
        needed = "Python 3.11 or newer is needed, and this is Python 3.8."
        assert str(dev.python_refusal((3, 8))).startswith(needed)

    def test_one_without_locked_packages_is_refused(self):
        assert "3.11 to 3.14" in str(dev.python_refusal((3, 15)))

    def test_the_versions_are_those_of_the_project(self):
        assert PROJECT["project"]["requires-python"] == ">=3.11,<3.15"
        assert (dev.OLDEST_PYTHON, dev.NEWEST_PYTHON) == ((3, 11), (3, 14))


def test_a_command_that_is_none_is_answered_with_the_nearest(capsys):
    assert dev.main(["rum"]) == 2
    assert "Did you mean 'run'?" in capsys.readouterr().out


class TestLocks:
    @pytest.mark.parametrize(
        "lock", ["requirements/run.lock", "requirements/dev.lock", "package-lock.json"]
    )
    def test_they_name_no_registry(self, lock):
        assert "://" not in (dev.ROOT / lock).read_text()

    @pytest.mark.parametrize(
        ("lock", "wanted"), [("run", DEPENDENCIES), ("dev", DEPENDENCIES + DEV_DEPENDENCIES)]
    )
    def test_they_are_in_step_with_the_project(self, lock, wanted):
        locked = pins(lock)
        for requirement in map(Requirement, wanted):
            assert requirement.specifier.contains(locked[requirement.name]), requirement

    def test_the_packages_to_run_are_among_those_to_develop(self):
        assert pins("run").items() <= pins("dev").items()

    def test_node_modules_are_in_step_with_package_json(self):
        wanted = json.loads((dev.ROOT / "package.json").read_text())["devDependencies"]
        locked = json.loads((dev.ROOT / "package-lock.json").read_text())["packages"]
        assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted


class TestEnvironment:
    @pytest.fixture(autouse=True)
    def steps(self, tmp_path, monkeypatch):
        """What `prepare` does, in a project folder of its own."""
        (tmp_path / "requirements").mkdir()
        for name in ("run", "dev"):
            (tmp_path / "requirements" / f"{name}.lock").write_text(name)
        monkeypatch.setattr(dev, "ROOT", tmp_path)
        monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
        monkeypatch.setattr(dev, "PYTHON", tmp_path / ".venv" / "python")
        steps: list[str] = []

        def make_venv():
            steps.append("make")
            dev.VENV.mkdir(exist_ok=True)
            for stamp in dev.VENV.iterdir():
                stamp.unlink()
            dev.PYTHON.touch()

        monkeypatch.setattr(dev, "make_venv", make_venv)
        monkeypatch.setattr(dev, "install", steps.append)
        return steps

    def test_it_is_made_once(self, steps):
        dev.prepare("run")
        dev.prepare("run")
        assert steps == ["make", "run"]

    def test_developing_adds_to_running(self, steps):
        dev.prepare("run")
        dev.prepare("dev")
        assert steps == ["make", "run", "dev"]

    def test_developing_includes_running(self, steps):
        dev.prepare("dev")
        dev.prepare("run")
        assert steps == ["make", "dev"]

    def test_it_is_made_anew_for_another_lock(self, steps):
        dev.prepare("run")
        (dev.ROOT / "requirements" / "run.lock").write_text("changed")
        dev.prepare("run")
        assert steps == ["make", "run"] * 2

    def test_it_is_made_anew_when_its_python_is_gone(self, steps):
        dev.prepare("run")
        dev.PYTHON.unlink()
        dev.prepare("run")
        assert steps == ["make", "run"] * 2

    def test_it_is_made_anew_after_an_interrupted_installation(self, steps, monkeypatch):
        monkeypatch.setattr(dev, "install", interrupt)
        with pytest.raises(KeyboardInterrupt):
            dev.prepare("run")
        monkeypatch.setattr(dev, "install", steps.append)
        dev.prepare("run")
        assert steps == ["make", "make", "run"]


def interrupt(name: str) -> None:
    raise KeyboardInterrupt


class TestChromium:
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path, monkeypatch):
        """The only folder in which programs are looked for."""
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.delenv("SKYSENTRY_CHROMIUM", raising=False)
        monkeypatch.setattr(dev, "mac_chromium", lambda: None)
        monkeypatch.setattr(dev, "playwright_chromium", lambda: "playwright's")
        return tmp_path

    def test_the_one_named_by_the_environment_comes_first(self, folder, monkeypatch):
        program(folder / "chromium")
        named = program(folder / "mine")
        monkeypatch.setenv("SKYSENTRY_CHROMIUM", named)
        assert dev.find_chromium() == named

    def test_a_wrong_name_is_said_to_be_wrong(self, folder, monkeypatch):
        monkeypatch.setenv("SKYSENTRY_CHROMIUM", str(folder / "none"))
        with pytest.raises(SystemExit, match="there is no such program"):
            dev.find_chromium()

    def test_chromium_on_the_path_comes_before_chrome(self, folder):
        program(folder / "google-chrome")
        chromium = program(folder / "chromium")
        assert dev.find_chromium() == chromium

    def test_the_script_that_asks_for_a_snap_is_passed_over(self, folder):
        program(folder / "chromium-browser", '#!/bin/sh\nexec /snap/bin/chromium "$@"\n')
        chrome = program(folder / "google-chrome")
        assert dev.find_chromium() == chrome

    def test_a_snap_is_passed_over(self, folder):
        program(folder / "snap")
        (folder / "chromium").symlink_to(folder / "snap")
        assert dev.find_chromium() == "playwright's"

    def test_on_debian_root_gets_debians(self, folder, monkeypatch):
        monkeypatch.setattr(dev, "is_debian", lambda: True)
        monkeypatch.setattr("os.geteuid", lambda: 0)
        monkeypatch.setattr(dev, "call", lambda *command: program(folder / command[-1]))
        assert dev.install_chromium() == str(folder / "chromium")

    def test_others_get_playwrights(self, monkeypatch):
        monkeypatch.setattr(dev, "is_debian", lambda: False)
        monkeypatch.setattr(dev, "call", lambda *command: 0)
        assert dev.install_chromium() == "playwright's"

    def test_without_any_the_other_tests_run_and_the_whole_fails(self, monkeypatch, capsys):
        commands = []

        def call(*command, env):
            commands.append(command)
            return 0

        monkeypatch.setattr(dev, "prepare", lambda name: None)
        monkeypatch.setattr(dev, "find_chromium", lambda: None)
        monkeypatch.setattr(dev, "install_chromium", lambda: None)
        monkeypatch.setattr(dev, "test_javascript", lambda: 0)
        monkeypatch.setattr(dev, "coverage", lambda: 0)
        monkeypatch.setattr(dev, "call", call)
        monkeypatch.setattr("os.cpu_count", lambda: 2)
        assert dev.test([]) == 1
        [command] = commands
        assert command[:3] == (dev.PYTHON, "-m", "pytest")
        assert command[4:8] == ("-n", "4", "--dist", "loadfile")
        assert "not faults and not e2e" in command
        assert "no Chromium was found" in capsys.readouterr().out

    def test_faults_fail_without_any(self, monkeypatch, capsys):
        monkeypatch.setattr(dev, "prepare", lambda name: None)
        monkeypatch.setattr(dev, "find_chromium", lambda: None)
        monkeypatch.setattr(dev, "install_chromium", lambda: None)
        assert dev.faults([]) == 1
        assert "no Chromium was found" in capsys.readouterr().out


def program(path: Path, text: str = "#!/bin/sh\n") -> str:
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


class TestCommands:
    @pytest.mark.parametrize(
        "args", [["-k", "wire"], ["-kwire"], ["-m", "e2e"], ["tests/test_dev.py::TestLocks"]]
    )
    def test_some_options_select_tests(self, args, monkeypatch):
        monkeypatch.chdir(dev.ROOT)
        assert dev.selects_tests(args)

    @pytest.mark.parametrize("args", [[], ["-x"], ["-p", "no:randomly"], ["--timeout", "5"]])
    def test_other_options_do_not(self, args):
        assert not dev.selects_tests(args)

    def test_without_arguments_it_lists_them(self, capsys):
        assert dev.main([]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert [line.split()[0] for line in lines if line.startswith("  ")] == list(dev.COMMANDS)

    def test_wrong_options_are_noticed_before_anything_is_installed(self, monkeypatch, capsys):
        monkeypatch.setattr(dev, "prepare", pytest.fail)
        assert dev.main(["run", "--port=8001", "--foo"]) == 2
        assert "'--foo'" in capsys.readouterr().out
        assert dev.main(["bench", "no_such"]) == 2

    def test_the_options_of_run_are_those_of_serve(self):
        parser = ServeCommand().create_parser("manage.py", "serve")
        options = {name for action in parser._actions for name in action.option_strings}
        assert set(dev.SERVE_OPTIONS) == options
        assert dev.unknown_options(["--po", "8001", "--tls-port=1", "-v", "2"]) == []

    def test_an_unknown_one_fails(self):
        assert dev.main(["fly"]) == 2


class TestTests:
    """Of what `test` and `faults` run, only the commands."""

    @pytest.fixture(autouse=True)
    def results(self, monkeypatch):
        """What the next commands return; 0 when nothing is left."""
        results: list[int] = []
        monkeypatch.setattr(dev, "prepare", lambda name: None)
        monkeypatch.setattr(dev, "find_chromium", lambda: "/chromium")
        monkeypatch.setattr(dev, "test_javascript", lambda: 0)
        monkeypatch.setattr(dev, "last_failed", lambda: ["tests/test_it.py::test_that"])
        return results

    def test_what_they_start_finds_compiled_code(self, monkeypatch):
        monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
        assert "PYTHONDONTWRITEBYTECODE" not in dev.tests_env(None)
        assert dev.tests_env("/chromium")["SKYSENTRY_CHROMIUM"] == "/chromium"

    @pytest.fixture
    def commands(self, results, monkeypatch):
        commands: list[tuple[str, ...]] = []

        def call(*command, **options):
            commands.append(command)
            return results.pop(0) if results else 0

        monkeypatch.setattr(dev, "call", call)
        return commands

    @pytest.mark.parametrize(
        ("returned", "outcome"), [([0], 0), ([1, 0], 0), ([1, 1], 1), ([1, 5], 5), ([2], 2)]
    )
    def test_what_fails_beside_other_tests_runs_again_alone(
        self, results, commands, returned, outcome, monkeypatch
    ):
        monkeypatch.setattr(dev, "coverage", lambda: 0)
        results += returned
        assert dev.test([]) == outcome
        again = ["--last-failed" in command for command in commands]
        assert again == [False, True][: len(returned)]

    @pytest.mark.parametrize(("returned", "outcome"), [([0], 0), ([1, 0], 0), ([1, 1], 1)])
    def test_faults_that_fail_beside_others_run_again_alone(
        self, results, commands, returned, outcome
    ):
        results += returned
        assert dev.faults(["--seconds", "60"]) == outcome
        again = commands[1:]
        assert len(again) == len(returned) - 1
        for command in again:
            assert "--last-failed" in command
            # Of all faults: of fewer, the choice would be another one.
            assert command[-3:] == ("-v", "-m", "faults")
            assert not {"-n", "--fault-seconds=120.0"} & set(command)

    @pytest.mark.parametrize("run", [dev.test, dev.faults])
    def test_what_passes_only_alone_is_told_at_the_end(self, results, commands, capsys, run):
        results += [1, 0]
        run([])
        warning = capsys.readouterr().out.rpartition("WARNING")[2]
        assert "tests/test_it.py::test_that" in warning

    def test_missing_coverage_fails(self, results, commands, capsys):
        results += [0, 2]
        assert dev.test([]) == 2
        assert "--fail-under" in commands[-1]
        assert "each needs one" in capsys.readouterr().out

    def test_quick_ones_need_no_browser_and_no_whole_system(self, commands):
        dev.test(["--quick", "-x"])
        [command] = commands
        assert command[-3:] == ("-m", "not faults and not e2e and not system", "-x")

    def test_of_selected_ones_those_that_are_quick_run(self, commands, monkeypatch):
        monkeypatch.setattr(dev, "test_javascript", lambda: pytest.fail("none is selected"))
        dev.test(["--quick", "-k", "seat"])
        [command] = commands
        assert command[-4:] == ("-m", "not faults and not e2e and not system", "-k", "seat")

    def test_selected_ones_run_in_one_process(self, commands):
        dev.test(["-k", "wire"])
        assert commands == [(dev.PYTHON, "-m", "pytest", "-k", "wire")]

    def test_all_faults_run_unless_time_is_short(self, commands):
        dev.faults([])
        [command] = commands
        assert command[-3:] == ("-v", "-m", "faults")
        assert not any("--fault-seconds" in str(each) for each in command)

    def test_a_choice_of_the_faults_is_printed_with_what_repeats_it(self, commands, capsys):
        dev.faults(["--seconds", "60", "--seed", "7"])
        assert {"--fault-seconds=120.0", "--fault-seed=7"} < set(commands[0])
        assert "--seed 7" in capsys.readouterr().out
