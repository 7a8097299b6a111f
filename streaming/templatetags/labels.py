"""`{% state_label "connecting" %}`: what a state is called, before a script says which it is."""

from __future__ import annotations

from django import template

from streaming import labels
from streaming.domain.liveness import State

register = template.Library()


@register.simple_tag
def state_label(state: str) -> str:
    """Raises ValueError for what is no state."""
    return str(labels.STATES[State(state)])
