"""Lines of the log: one for each record, whatever is in it, and not too many of a kind."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections import Counter
from functools import cached_property
from types import TracebackType
from typing import Any, TypeAlias

from streaming import conf

#: What would break a line, steer a terminal, or write it backwards.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_INDENT = "    "
#: So many kinds of lines are told apart in a second; more of a logger count as one.
_MAX_KINDS = 1000


class LineFormatter(logging.Formatter):
    """Nothing that others can name, such as a device, makes a line look like another record.

    Lines of a traceback are indented.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:
        return _escape(super().formatMessage(record))

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        return _indented(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:
        return _indented(super().formatStack(stack_info))


def _escape(text: str) -> str:
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _indented(lines: str) -> str:
    return "\n".join(_INDENT + _escape(line) for line in lines.split("\n"))


class Brief(logging.Filter):
    """What Django refuses is a line and no traceback: strangers could have as many as they like."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return True


#: Logger, level and the message before its values are filled in.
_Kind: TypeAlias = tuple[str, int, str]


class BoundedHandler(logging.StreamHandler[Any]):
    """Writes LOG_LINES_PER_S lines of a kind a second, and then how many more there were."""

    def __init__(self) -> None:
        super().__init__()
        self._second = 0
        self._written: Counter[_Kind] = Counter()

    @cached_property
    def _max_per_s(self) -> int:
        return conf.get().LOG_LINES_PER_S

    def emit(self, record: logging.LogRecord) -> None:
        self._turn(int(time.monotonic()))
        kind = (record.name, record.levelno, str(record.msg))
        if kind not in self._written and len(self._written) >= _MAX_KINDS:
            kind = (record.name, record.levelno, "")
        self._written[kind] += 1
        if self._written[kind] <= self._max_per_s:
            super().emit(record)
        else:
            left_out.add()

    def _turn(self, second: int) -> None:
        """Begin a second, and say what was left out of the one before."""
        if second == self._second:
            return
        self._second = second
        written, self._written = self._written, Counter()
        for (name, level, message), count in written.items():
            if count > self._max_per_s:
                text = "%d more lines were left out that are like “%s”"
                more = count - self._max_per_s
                super().emit(logging.LogRecord(name, level, "", 0, text, (more, message), None))

    def close(self) -> None:
        with self.lock or threading.RLock():
            self._turn(-1)
        super().close()


class LeftOut:
    """How many lines this process has not written."""

    def __init__(self) -> None:
        self.count = 0

    def add(self) -> None:
        # Within the lock of the handler.
        self.count += 1


left_out = LeftOut()
