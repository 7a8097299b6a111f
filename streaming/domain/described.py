"""Words, each with its meaning, from which the tables of docs/protocol.md are made."""

from __future__ import annotations

from enum import StrEnum


class Described(StrEnum):
    """Words, each with its meaning: `LOST = "lost", "no byte for 30 s"`."""

    means: str

    def __new__(cls, value: str, means: str = "") -> Described:
        word = str.__new__(cls, value)
        word._value_ = value
        word.means = means
        return word
