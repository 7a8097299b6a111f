from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from cameras.proof import FRESH_FOR_S
from tests.migrated import put_database
from tests.processes import PATIENCE_S, children, free_port, kill, standard, wait_until
from tests.signing_in import sign_in_by_link

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

ROOT = Path(__file__).resolve().parents[2]
_START_TIMEOUT_S = 2 * PATIENCE_S
_STOP_TIMEOUT_S = PATIENCE_S
_SHELL = """
import contextlib, io, json, sys
for line in sys.stdin:
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(json.loads(line), {})
    print(json.dumps(printed.getvalue()), flush=True)
"""
_FORGET_PROOFS = """
from django.contrib.sessions.models import Session
from cameras.signed_in import SessionStore
for row in Session.objects.all():
    session = SessionStore(row.pk)
    session.pop("proved_at", None)
    session.save()
"""


class System:
    """A real `manage.py serve` on a free port, with a folder of its own."""

    def __init__(self, var: Path, server: str = "uvicorn", *options: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        #: Which runs code, once asked to: its start takes a second.
        self._shell: subprocess.Popen[str] | None = None
        #: Of the owner, once signed in.
        self.cookies: list[Any] = []
        self._signed_in_at = float("-inf")
        self._output = var / "serve.log"
        #: May be added to until it starts. A developer's `.env` has no say.
        self.env = {**os.environ, "SKYSENTRY_VAR_DIR": str(var), "PYTHON_DOTENV_DISABLED": "1"}
        self.env.pop("REDIS_URL", None)
        self._command = [
            *(sys.executable, "manage.py", "serve", "--no-demo", "--links"),
            *("--port", str(self.port)),
            *("--server", server, *options),
        ]

    def __enter__(self) -> Self:
        put_database(self._output.parent)
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self._wait_for("Ctrl-C")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._shell is not None:
            self._shell.communicate()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise

    @property
    def output(self) -> str:
        return self._output.read_text()

    @property
    def sign_in_link(self) -> str:
        """The owner's, as printed. It works once."""
        found = re.search(r"http://\S+/sign-in/link/\S+", self.output)
        assert found
        return found[0]

    async def sign_in(self, context: BrowserContext) -> None:
        """The owner, and lately enough for pages that ask for a fresh proof."""
        if time.monotonic() - self._signed_in_at > FRESH_FOR_S / 2:
            link = self.manage("signin_link").split()[0] if self.cookies else self.sign_in_link
            await sign_in_by_link(context, link)
            self.cookies = [*await context.cookies()]
            self._signed_in_at = time.monotonic()
        await context.add_cookies(self.cookies)

    def forget_proofs(self) -> None:
        """As after a long time; for whoever visits next, the owner signs in anew."""
        self.run(_FORGET_PROOFS)
        self._signed_in_at = float("-inf")

    def manage(self, *arguments: str) -> str:
        """What `manage.py` prints with these arguments."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.env, check=True, text=True, stdout=subprocess.PIPE
        ).stdout

    def pids(self, role: str) -> list[int]:
        """The processes below `serve` whose command line has this word."""
        family = children(self._process.pid)
        return [pid for pid, command in family.items() if re.search(rf"\b{role}\b", command)]

    def run(self, code: str) -> str:
        """What Python code prints that runs on the system's database."""
        if self._shell is None:
            self._shell = subprocess.Popen(
                [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", _SHELL],
                cwd=ROOT,
                env=self.env,
                text=True,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        commands, answers = standard(self._shell.stdin), standard(self._shell.stdout)
        print(json.dumps(code), file=commands, flush=True)
        answer = answers.readline()
        assert answer, f"this failed, see above: {code}"
        printed: str = json.loads(answer)
        return printed.strip()

    def start_camera(self, slug: str, light: str = "dusk") -> subprocess.Popen[bytes]:
        """A demo camera that publishes to this one, until it is killed."""
        issue = "from cameras import models, setup; "
        issue += f"print(setup.replace_key(models.Camera.objects.get(slug={slug!r}), 'Test'))"
        return subprocess.Popen(
            [
                *(sys.executable, "manage.py", "demo_camera", "--url", self.url),
                *("--slug", slug, "--light", light),
            ],
            cwd=ROOT,
            env={**self.env, "SKYSENTRY_PUBLISH_KEY": self.run(issue)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self, role: str) -> None:
        """SIGKILL every process of a role."""
        kill(*self.pids(role))

    def _wait_for(self, text: str) -> None:
        try:
            wait_until(
                lambda: text in self.output or self._process.poll() is not None, _START_TIMEOUT_S
            )
            assert self._process.poll() is None
        except AssertionError:
            self._process.kill()
            self._process.wait()
            raise AssertionError(f"serve did not come up:\n{self.output}") from None
