"""Under which conditions a figure was measured."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version


def describe(*others: str) -> str:
    """`others` are further packages whose version matters."""
    names = ("aiortc", "channels", "uvicorn", *others)
    packages = ", ".join(f"{name} {version(name)}" for name in names)
    return (
        f"{os.cpu_count()} cores, {_processor()}, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, {packages}"
    )


def load() -> str:
    """To be asked before anything is measured: whoever else is at work takes from every figure."""
    return f"load of the machine before: {os.getloadavg()[0]:.1f}"


def _processor() -> str:
    try:
        with open("/proc/cpuinfo") as lines:
            return next(line.split(": ", 1)[1].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def percentile(values: list[float], share: float) -> float:
    """The value that `share` (0 to 1) of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
