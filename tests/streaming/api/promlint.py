"""The rules of `promtool check metrics`, as far as they concern names, labels and help.

Written after the descriptions in https://prometheus.io/docs/practices/naming/ and the linter's own
messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

_BASE_UNIT_OF = {
    **dict.fromkeys(("minutes", "hours", "days", "weeks"), "seconds"),
    "bits": "bytes",
    "percent": "ratio",
    **dict.fromkeys(("kelvins", "fahrenheit", "rankine"), "celsius"),
}
_PREFIX = r"(?:pico|nano|micro|milli|centi|deci|deca|hecto|kilo|kibi|mega|mibi|giga|gibi|tera|peta)"
_ABBREVIATIONS = {"s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d"}
_TYPES = {"counter", "gauge", "histogram", "summary", "untyped"}


def problems(text: str) -> list[str]:
    """What the linter would say of this exposition."""
    return [
        f"{family.name}: {problem}"
        for family in text_string_to_metric_families(text)
        for problem in _of(family)
    ]


def _of(family: Metric) -> Iterator[str]:
    names = {sample.name for sample in family.samples}
    labels = {label for sample in family.samples for label in sample.labels}
    words = family.name.split("_")
    if not family.documentation:
        yield "no help text"
    if family.type == "counter" and not all(name.endswith("_total") for name in names):
        yield "counters end with _total"
    if family.type != "counter" and any(name.endswith("_total") for name in names):
        yield "only counters end with _total"
    if family.type != "histogram" and "le" in labels:
        yield "only histograms have a label le"
    if family.type != "summary" and "quantile" in labels:
        yield "only summaries have a label quantile"
    if family.type not in ("histogram", "summary") and family.name.endswith(("_count", "_sum")):
        yield "only histograms and summaries end with _count and _sum"
    for word in words:
        if word in _BASE_UNIT_OF or re.match(rf"{_PREFIX}(?:seconds|bytes)", word):
            yield f"{word} is no base unit"
        if word in _ABBREVIATIONS:
            yield f"{word} is an abbreviated unit"
        if word in _TYPES:
            yield "the name says the type"
    if any(re.search("[A-Z:]", name) for name in {*names, *labels}):
        yield "names and labels are in snake case, without colons"
