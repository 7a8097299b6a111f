from __future__ import annotations

import argparse
import asyncio
import sys
from contextlib import ExitStack
from itertools import zip_longest
from typing import Any

from django import db
from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.urls import reverse

from cameras.models import Camera
from cameras.quotas import QuotaExceeded
from cameras.users import User
from streaming.conf import Conf
from streaming.management.base import BaseCommand
from streaming.management.choices import add_option, chosen
from streaming.management.links import links_to_sign_in, server_urls
from streaming.management.phone_code import phone_code
from streaming.management.shell import manage_command
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

#: What an option is that takes a number.
NUMBER: Any = {"type": int, "metavar": "N"}
#: How the options begin by which the port of each group is chosen.
OPTIONS = {"web": "--", "signaling": "--websocket-", "streaming": "--streaming-"}


class Command(BaseCommand):
    help = "Runs everything on this machine: web, ingest and, without REDIS_URL, a Valkey server."

    def add_arguments(self, parser: CommandParser) -> None:
        add_option(parser, "HOST", "address to listen on; 0.0.0.0 means all of them")
        add_option(parser, "API_PORT", "port to listen on", **NUMBER)
        add_option(
            parser, "WEBSOCKET_PORT", "a port of their own for cameras (default: --port)", **NUMBER
        )
        add_option(
            parser, "STREAMING_PORT", "a port of their own for viewers (default: --port)", **NUMBER
        )
        add_option(parser, "WEB", "number of web processes on each port", **NUMBER)
        add_option(parser, "INGEST", "number of processes that take cameras in", **NUMBER)
        add_option(parser, "PULL", "number of processes that connect to IP cameras", **NUMBER)
        add_option(
            parser, "SERVER", "ASGI server of the web processes", choices=["uvicorn", "daphne"]
        )
        add_option(parser, "TLS", "also listen with TLS, which phones need to film")
        add_option(parser, "TLS_HOST", "address to listen on with TLS")
        add_option(parser, "TLS_PORT", "port to listen on with TLS", **NUMBER)
        parser.add_argument(
            "--demo",
            action=argparse.BooleanOptionalAction,
            default=False,
            help="add a demo camera, which needs no hardware (default: off; on with `dev.py run`)",
        )
        parser.add_argument(
            "--links",
            action=argparse.BooleanOptionalAction,
            default=sys.stdout.isatty(),
            help="print a link that signs the owner in, and with TLS a code for a phone: anyone "
            "who sees them can use them (default: on in a terminal, off where a log is written)",
        )

    def handle(self, *_: Any, demo: bool, links: bool, **options: Any) -> None:
        try:
            with ExitStack() as stack:
                self.serve(stack, chosen(options), demo, links)
        except EXPECTED as error:
            raise CommandError(str(error)) from error
        except db.Error as error:
            raise CommandError(f"The database cannot be used: {error}") from error

    def serve(self, stack: ExitStack, conf: Conf, demo: bool, links: bool) -> None:
        urls = server_urls(conf)
        stack.enter_context(only_one(settings.VAR_DIR / "serve.lock", urls))
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
        welcome = "\n".join(_welcome(conf, urls, owner, links))
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


def _welcome(conf: Conf, urls: list[str], owner: User, links: bool) -> list[str]:
    url = urls[0]
    return [
        "SkySentry is running.",
        "",
        f"  Wall of cameras:          {url}{reverse('wall')}",
        *_capture(url, owner),
        f"  API:                      {url}{reverse('api-docs')}",
        f"  Admin:                    {url}{reverse('admin:index')}",
        "",
        *_sign_in(urls, owner, links),
        "",
        *(_phones(conf, owner, links) or _elsewhere(conf)),
        "Stop with Ctrl-C.",
    ]


def _sign_in(urls: list[str], owner: User, links: bool) -> list[str]:
    if not links:
        return [f"To sign in as the owner, run: {manage_command('signin_link')}"]
    return [
        "Sign in as the owner with this link. It works once, within an hour:",
        *(f"  {link}" for link in links_to_sign_in(urls[:2], owner)),
        f"For another link, run: {manage_command('signin_link')}",
    ]


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
        "  They can watch. To film, browsers require https: start SkySentry with --tls.",
        "",
    ]


def _phones(conf: Conf, owner: User, links: bool) -> list[str]:
    lan_urls = addresses.lan_urls(conf.TLS_HOST, conf.TLS_PORT, "https")
    if not conf.TLS or not lan_urls:
        return []
    camera = preparation.camera_to_try(owner) if links else None
    return [
        f"From phones and others:     {' '.join(lan_urls[:3])}",
        f"  Browsers show a warning until the device trusts it: {lan_urls[0]}{reverse('trust')}",
        "",
        *(_phone_code(lan_urls[0], camera, owner) if camera else ()),
        f"To add a phone as a camera, run: {manage_command('phone')}",
        "",
    ]


def _phone_code(origin: str, camera: Camera, owner: User) -> list[str]:
    try:
        return phone_code(origin, camera, owner)
    except QuotaExceeded as error:
        # After many starts within ten minutes. That is no reason not to start.
        return [str(error), ""]
