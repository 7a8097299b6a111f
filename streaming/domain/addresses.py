"""The catalogue counts by addresses, too."""

from __future__ import annotations

from cameras.addresses import network_of as network_of
