"""The settings, with what the command line says instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError

from streaming import conf


def chosen(options: Mapping[str, Any]) -> conf.Conf:
    """Options that were not given are None. Raises CommandError for one that makes no sense."""
    values = {
        field.name: options[_name(field.name)]
        for field in fields(conf.Conf)
        if options.get(_name(field.name)) is not None
    }
    current = asdict(conf.get())
    try:
        return conf.load({**current, **values}, {})
    except ImproperlyConfigured as error:
        # The others were sound: it is one of the options.
        raise CommandError(re.sub(r"^(?:SKYSENTRY_)?(\w+)", _option, str(error))) from error


def _name(setting: str) -> str:
    return "port" if setting == "API_PORT" else setting.lower()


def _option(setting: re.Match[str]) -> str:
    return f"--{_name(setting[1]).replace('_', '-')}"
