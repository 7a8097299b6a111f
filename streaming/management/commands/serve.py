from __future__ import annotations

import argparse
import asyncio
from contextlib import ExitStack
from itertools import zip_longest
from typing import Any

from django import db
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from cameras.models import Camera
from cameras.quotas import QuotaExceeded
from cameras.users import User
from streaming.conf import Conf
from streaming.management.choices import chosen
from streaming.management.links import sign_in_link
from streaming.management.phone_code import phone_code
from streaming.network import addresses, certificates, ports
from streaming.network.listeners import ListenError, Listeners, bind
from streaming.supervision import preparation
from streaming.supervision.embedded import NotAvailable
from streaming.supervision.exclusive import database_alone
from streaming.supervision.instance import AlreadyRunning, only_one
from streaming.supervision.supervisor import StartError
from streaming.supervision.system import System

# Each says in one sentence what the person who starts SkySentry can do about it.
EXPECTED = (
    AlreadyRunning,
    ListenError,
    NotAvailable,
    StartError,
    QuotaExceeded,
    certificates.Damaged,
    preparation.NotReady,
)

#: How the options begin by which the port of each group is chosen.
OPTIONS = {"web": "--", "signaling": "--websocket-", "streaming": "--streaming-"}


class Command(BaseCommand):
    help = "Runs everything on this machine: web, ingest and, without REDIS_URL, a Valkey server."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", help="address to listen on; 0.0.0.0 is all of them")
        parser.add_argument("--port", type=int)
        parser.add_argument("--websocket-port", type=int, help="another one for cameras")
        parser.add_argument("--streaming-port", type=int, help="another one for viewers")
        parser.add_argument(
            "--web", type=int, metavar="N", help="number of web processes, on each port"
        )
        parser.add_argument("--ingest", type=int, metavar="N", help="number of ingest processes")
        parser.add_argument("--server", choices=["uvicorn", "daphne"])
        parser.add_argument(
            "--tls",
            action=argparse.BooleanOptionalAction,
            help="also listen with TLS, for phones and other devices of the local network",
        )
        parser.add_argument("--tls-host", help="address to listen on with TLS")
        parser.add_argument("--tls-port", type=int)
        parser.add_argument(
            "--demo",
            action=argparse.BooleanOptionalAction,
            default=False,
            help="with a camera that needs no hardware",
        )

    def handle(self, *_: Any, demo: bool, **options: Any) -> None:
        try:
            with ExitStack() as stack:
                self.serve(stack, chosen(options), demo)
        except EXPECTED as error:
            raise CommandError(str(error)) from error
        except db.Error as error:
            raise CommandError(f"The database cannot be used: {error}") from error

    def serve(self, stack: ExitStack, conf: Conf, demo: bool) -> None:
        url = addresses.url(conf.HOST, conf.API_PORT)
        stack.enter_context(only_one(settings.VAR_DIR / "serve.lock", url))
        if conf.TLS:
            names = addresses.certificate_names(conf.TLS_HOST)
            certificates.ensure(settings.VAR_DIR, names)
        listeners = [
            each
            for endpoint in dict.fromkeys(ports.endpoints(conf).values())
            for each in _bind(stack, conf, endpoint)
        ]
        preparation.check_redis()
        with database_alone():
            if preparation.migrate():
                self.stdout.write("The database is up to date.")
            preparation.close_sessions_of_a_crash()
            owner, camera = preparation.ensure_catalogue(demo)
        # The connection stays open, and with it the log of SQLite is kept: on a full disk nobody
        # could make a new one, and the database would not even be read.
        welcome = _welcome(url, _phones(conf, owner) or _elsewhere(conf), owner)
        system = System(conf, listeners, camera)
        asyncio.run(system.run(lambda: self.say(welcome)))

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _bind(stack: ExitStack, conf: Conf, endpoint: ports.Endpoint) -> list[Listeners]:
    """One for each process of the endpoint."""
    plain = bind(conf.HOST, endpoint.port, conf.WEB, OPTIONS[endpoint.name])
    secure = bind(conf.TLS_HOST, endpoint.tls_port, conf.WEB, "--tls-") if conf.TLS else []
    listeners = [
        Listeners(f"{endpoint.name} {number}", *pair)
        for number, pair in enumerate(zip_longest(plain, secure), start=1)
    ]
    for each in listeners:
        stack.callback(each.close)
    return listeners


def _welcome(url: str, elsewhere: list[str], owner: User) -> str:
    wall = reverse("wall")
    lines = [
        "SkySentry is running.",
        "",
        f"  Wall of cameras:          {url}{wall}",
        *_capture(url, owner),
        f"  API:                      {url}{reverse('api-docs')}",
        f"  Administration:           {url}{reverse('admin:index')}",
        "",
        "Sign in as the owner with this link. It works once, within an hour:",
        f"  {sign_in_link(url, owner)}",
        "Another one: manage.py signin_link",
        "",
        *elsewhere,
        "Stop with Ctrl-C.",
    ]
    return "\n".join(lines)


def _capture(url: str, owner: User) -> list[str]:
    camera = preparation.camera_to_try(owner)
    if camera is None:
        return []
    return [f"  This device as a camera:  {url}{reverse('capture', args=[camera.slug])}"]


def _elsewhere(conf: Conf) -> list[str]:
    lan_urls = addresses.lan_urls(conf.HOST, conf.API_PORT)
    if not lan_urls:
        return []
    return [
        f"From other devices:         {' '.join(lan_urls[:3])}",
        "  Browsers give a page the camera only on https or localhost: other devices can watch,",
        "  and film when SkySentry is started with --tls.",
        "",
    ]


def _phones(conf: Conf, owner: User) -> list[str]:
    lan_urls = addresses.lan_urls(conf.TLS_HOST, conf.TLS_PORT, "https")
    if not conf.TLS or not lan_urls:
        return []
    camera = preparation.camera_to_try(owner)
    return [
        f"From phones and others:     {' '.join(lan_urls[:3])}",
        f"  Browsers warn of it until the device trusts it: {lan_urls[0]}{reverse('trust')}",
        "",
        *(_phone_code(lan_urls[0], camera, owner) if camera else ()),
        "Another code: manage.py phone",
        "",
    ]


def _phone_code(origin: str, camera: Camera, owner: User) -> list[str]:
    try:
        return phone_code(origin, camera, owner)
    except QuotaExceeded as error:
        # After many starts within ten minutes. That is no reason not to start.
        return [str(error), ""]
