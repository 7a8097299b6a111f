"""The messages as TypeScript declarations, for `checkJs`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from streaming.protocol import schema

_HEAD = """\
/**
 * The messages of docs/protocol.md.
 *
 * Generated: change streaming/protocol/ and run `python3 dev.py protocol`.
 */
"""
_WIDTH = 100
_PLAIN = {
    "string": "string",
    "number": "number",
    "integer": "number",
    "boolean": "boolean",
    "null": "null",
}


def declarations() -> str:
    found = schema.definitions()
    return "\n".join([_HEAD, *(_declaration(name, found[name]) for name in sorted(found))])


def _declaration(name: str, of: Mapping[str, Any]) -> str:
    comment = _comment(of.get("description"), "")
    if of.get("type") == "object":
        return f"{comment}export interface {name} {{\n{''.join(_fields(of))}}}\n"
    options = list(_options(of))
    line = f"export type {name} = {' | '.join(kind for kind, _ in options)};"
    if len(line) > _WIDTH or any(meaning for _, meaning in options):
        lines = "".join(f"\n{meaning}  | {kind}" for kind, meaning in options)
        line = f"export type {name} ={lines};"
    return f"{comment}{line}\n"


def _options(of: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for option in of.get("oneOf", ()):
        yield _type(option), _comment(option.get("description"), "  ")
    for value in of.get("enum", ()):
        yield json.dumps(value), ""


def _fields(of: Mapping[str, Any]) -> Iterator[str]:
    for name, field in of["properties"].items():
        mark = "" if name in of["required"] else "?"
        yield f"{_comment(field.get('description'), '  ')}  {name}{mark}: {_type(field)};\n"


def _type(of: Mapping[str, Any]) -> str:
    if "$ref" in of:
        return str(of["$ref"]).rpartition("/")[2]
    if "const" in of:
        return json.dumps(of["const"])
    if words := of.get("enum") or (of.get("type") == "string" and of.get("examples")):
        # Of a type or null, both of which its values say; or any text, of which these have a
        # meaning.
        return " | ".join(json.dumps(value) for value in words)
    if "anyOf" in of:
        return " | ".join(_type(option) for option in of["anyOf"])
    if of["type"] == "array":
        items = _type(of["items"])
        return f"({items})[]" if " " in items else f"{items}[]"
    return _PLAIN[of["type"]]


def _comment(text: str | None, indent: str) -> str:
    return f"{indent}/** {text} */\n" if text else ""
