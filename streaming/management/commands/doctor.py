from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import CommandParser

from streaming.doctor.collect import server_facts
from streaming.doctor.words import VERDICTS, as_data
from streaming.domain.doctor import Verdict, findings, worst
from streaming.management.base import BaseCommand
from streaming.management.shell import manage_command


class Command(BaseCommand):
    help = (
        "Checks this server: ports, addresses, certificate, Redis, database, disk, limits, STUN and"
        " TURN. Exits with 1 if there is a problem."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *_: Any, json: bool, **__: Any) -> None:
        found = findings(server_facts(is_server=False))
        data = [as_data(each, manage_command()) for each in found]
        verdict = worst(found)
        if json:
            self._print_json(verdict, data)
        else:
            self._print(data)
        if verdict is Verdict.PROBLEM:
            sys.exit(1)

    def _print_json(self, verdict: Verdict, data: list[dict[str, Any]]) -> None:
        self.stdout.write(json.dumps({"state": verdict.value, "findings": data}, indent=2))

    def _print(self, data: list[dict[str, Any]]) -> None:
        width = max(len(str(word)) for word in VERDICTS.values())
        for each in data:
            verdict = Verdict(each["state"])
            word = self._styled(verdict, str(VERDICTS[verdict]).ljust(width))
            places = "".join(f" {place}" for place in each["places"])
            self.stdout.write(f"{word}  {each['title']}: {each['sentence']}{places}")
            if each["advice"]:
                self.stdout.write(f"{' ' * width}  {each['advice']}")

    def _styled(self, verdict: Verdict, text: str) -> str:
        styles = {Verdict.WARNING: self.style.WARNING, Verdict.PROBLEM: self.style.ERROR}
        style = styles.get(verdict, self.style.SUCCESS)
        return str(style(text))
