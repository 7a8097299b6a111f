"""What settings read from the environment and from `var/`."""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path
from typing import TypeVar

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.crypto import salted_hmac
from marshmallow import ValidationError, fields, validate

from cameras.settings_parser import one_of, parse

T = TypeVar("T")

HOST = fields.String(
    validate=validate.Regexp(r"(?:\*|\.?[\w.-]+|\[[0-9a-f:.]+\])\Z", re.IGNORECASE),
    metadata={
        "takes": "names and addresses without scheme and port, such as cameras.example.org or [::1]"
    },
)


ORIGIN = fields.String(
    validate=validate.Regexp(r"https?://(?:\*\.)?(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d+)?\Z", re.I),
    metadata={"takes": "origins without a path or a slash at the end, such as https://example.org"},
)


def _is_network(entry: str) -> None:
    try:
        ipaddress.ip_network(entry)
    except ValueError as error:
        raise ValidationError(str(error)) from error


NETWORK = fields.String(
    validate=_is_network,
    metadata={"takes": "IP addresses and networks, such as 127.0.0.1 or 10.0.0.0/8"},
)
PATH_PREFIX = fields.String(
    validate=validate.Regexp(r"(?:/[\w.~-]+)+\Z", re.ASCII),
    metadata={"takes": "a path without a slash at its end, such as /cameras, or nothing"},
)
LEVEL = one_of("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def read(name: str, kind: fields.Field[T], default: T) -> T:
    """The variable; an empty one means the default."""
    text = os.environ.get(name, "")
    return parse(name, kind, text) if text else default


def read_list(name: str, kind: fields.Field[T]) -> list[T]:
    """The entries between commas, without blanks around them."""
    entries = map(str.strip, os.environ.get(name, "").split(","))
    return [parse(name, kind, entry, verb="has") for entry in entries if entry]


def database(default: Path) -> dj_database_url.DBConfig:
    """What `DATABASE_URL` names; without it, the SQLite file `default`."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        # Never put together into a URL: the folder may be called "C# projects %20?".
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(default)}
    try:
        return dj_database_url.parse(url)
    except ValueError as error:
        # Without the URL, which may have a password.
        raise ImproperlyConfigured(f"DATABASE_URL cannot be used: {error}") from error


def cookie_mark(key: str) -> str:
    """Tells the cookies of servers apart that have keys of their own."""
    return salted_hmac("skysentry.cookies", "mark", key, algorithm="sha256").hexdigest()[:8]


def secret_key(var_dir: Path) -> str:
    """The key from `SECRET_KEY`, else one made on the first start and kept in `var/`."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    path = var_dir / "secret_key"
    try:
        var_dir.mkdir(parents=True, exist_ok=True)
        # O_EXCL: of several processes that start at once, one writes and the others read.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        if path.exists():
            return _read_key(path)
        raise ImproperlyConfigured(
            f"The folder {var_dir} cannot be used: {error.strerror}. Choose another one with"
            " SKYSENTRY_VAR_DIR."
        ) from error
    with os.fdopen(descriptor, "w") as file:
        key = get_random_secret_key()
        file.write(key)
    return key


def _read_key(path: Path) -> str:
    if key := path.read_text().strip():
        return key
    raise ImproperlyConfigured(f"{path} is empty. Delete it and start again.")
