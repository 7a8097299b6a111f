"""The settings, with what the command line says instead."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError, CommandParser

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


def add_option(parser: CommandParser, setting: str, help: str, **how: Any) -> None:
    """The option that takes the place of a setting; its help says what the setting is now."""
    value = getattr(conf.get(), setting)
    if isinstance(value, bool):
        how["action"] = argparse.BooleanOptionalAction
        value = "on" if value else "off"
    default = f" (default: {value})" if value is not None else ""
    text = f"{help}{default}".replace("%", "%%")
    parser.add_argument(_option_of(setting), dest=_name(setting), help=text, **how)


def _name(setting: str) -> str:
    return "port" if setting == "API_PORT" else setting.lower()


def _option(setting: re.Match[str]) -> str:
    return _option_of(setting[1])


def _option_of(setting: str) -> str:
    return f"--{_name(setting).replace('_', '-')}"
