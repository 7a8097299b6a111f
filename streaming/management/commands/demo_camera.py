from __future__ import annotations

import os
from typing import Any

from django.core.checks import Tags
from django.core.management.base import CommandError, CommandParser

from streaming.demo.camera import DemoCamera
from streaming.demo.scene import LIGHTS
from streaming.management.base import BaseCommand
from streaming.supervision import process


class Command(BaseCommand):
    help = (
        "Publishes a moving picture to a camera, as a browser would. Takes a publish key of that "
        "camera from SKYSENTRY_PUBLISH_KEY. `serve --demo` starts it."
    )
    # All others are about pages, and would load them.
    requires_system_checks = [Tags.compatibility]  # noqa: RUF012

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", required=True, help="the server, http://host:port")
        parser.add_argument(
            "--slug", default="demo", help="the camera to publish to (default: demo)"
        )
        parser.add_argument(
            "--light", default="dusk", choices=LIGHTS, help="of its picture (default: dusk)"
        )
        parser.add_argument("--lifeline-fd", type=int, help="see streaming/supervision/lifeline.py")

    def handle(self, *_: Any, **options: Any) -> None:
        # In the environment: a command line can be read by every user of the machine.
        key = os.environ.get("SKYSENTRY_PUBLISH_KEY")
        if not key:
            raise CommandError("Set SKYSENTRY_PUBLISH_KEY to a publish key of the camera.")
        camera = DemoCamera(options["url"], options["slug"], key, LIGHTS[options["light"]])
        process.run(camera.run(), options["lifeline_fd"])
