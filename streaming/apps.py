from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from streaming.process.web import WebNode


class StreamingConfig(AppConfig):
    name = "streaming"

    def ready(self) -> None:
        # Registers the checks and the receivers of signals.
        from cameras.pages import links
        from streaming import checks  # noqa: F401
        from streaming.backplane import announce  # noqa: F401
        from streaming.network import public

        links.origin_of = public.origin_of

    @cached_property
    def web_node(self) -> WebNode:
        """What this process has one of, where it is a web process."""
        from streaming.process.web import WebNode

        return WebNode()
