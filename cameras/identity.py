"""Who somebody is, as one process tells another."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a long-lived connection speaks for, in a form that travels between processes.

    A key or token stands for itself; a user of a page stands or falls with the session. A share
    link comes with the user who made it, because it falls with their rights. A source is a camera
    that the server itself connects to. Without any of them it is an anonymous visitor.
    """

    user_id: int | None = None
    session_key: str | None = None
    key_id: int | None = None
    token_id: int | None = None
    share_id: UUID | None = None
    source_id: int | None = None
