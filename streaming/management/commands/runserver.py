"""Daphne's development server, which speaks WebSockets.

Not by daphne in INSTALLED_APPS: every process would load Twisted, a quarter of its start.
"""

from __future__ import annotations

from daphne.management.commands.runserver import Command

__all__ = ["Command"]
