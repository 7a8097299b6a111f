"""What settings read from the environment and from `var/`."""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def env_bool(name: str, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if not value:
        return default
    raise ImproperlyConfigured(f"{name} is {value!r}; use true or false.")


def env_list(name: str) -> list[str]:
    """The entries between commas, without blanks around them."""
    return [entry for part in os.environ.get(name, "").split(",") if (entry := part.strip())]


_HOST = re.compile(r"\*|\.?[\w.-]+|\[[0-9a-f:.]+\]", re.I)


def hosts(name: str) -> list[str]:
    """The names and addresses between commas."""
    entries = env_list(name)
    for entry in entries:
        if not _HOST.fullmatch(entry):
            raise ImproperlyConfigured(
                f"{name} has {entry!r}; it takes names and addresses without scheme and port, such"
                " as cameras.example.org or [::1]."
            )
    return entries


def networks(name: str) -> list[str]:
    """The IP addresses and networks between commas."""
    entries = env_list(name)
    for entry in entries:
        try:
            ipaddress.ip_network(entry)
        except ValueError as error:
            raise ImproperlyConfigured(
                f"{name} has {entry!r}; it takes IP addresses and networks, such as 127.0.0.1 or"
                " 10.0.0.0/8."
            ) from error
    return entries


def log_level() -> str:
    value = os.environ.get("LOG_LEVEL", "").strip() or "INFO"
    if value.upper() in LOG_LEVELS:
        return value.upper()
    raise ImproperlyConfigured(f"LOG_LEVEL is {value!r}; use one of {', '.join(LOG_LEVELS)}.")


def database(default: str) -> dj_database_url.DBConfig:
    """What `DATABASE_URL` names."""
    try:
        return dj_database_url.parse(os.environ.get("DATABASE_URL") or default)
    except ValueError as error:
        # Without the URL, which may have a password.
        raise ImproperlyConfigured(f"DATABASE_URL cannot be used: {error}") from error


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
