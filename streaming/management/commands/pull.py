from __future__ import annotations

from typing import Any

from django.core.checks import Tags
from django.core.management.base import CommandParser

from streaming.management.base import BaseCommand
from streaming.process.pull import PullNode
from streaming.supervision import process


class Command(BaseCommand):
    help = "Runs one pull process, which connects to IP cameras. `serve` starts it with the others."
    # All others are about pages, and would load them.
    requires_system_checks = [Tags.compatibility]  # noqa: RUF012

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lifeline-fd", type=int, help="see streaming/supervision/lifeline.py")

    def handle(self, *_: Any, **options: Any) -> None:
        process.run(PullNode().run(), options["lifeline_fd"])
