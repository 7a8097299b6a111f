from __future__ import annotations

from django.apps import AppConfig


class StreamingConfig(AppConfig):
    name = "streaming"

    def ready(self) -> None:
        # Registers the checks and the receivers of signals.
        from streaming import checks  # noqa: F401
        from streaming.backplane import announce  # noqa: F401
