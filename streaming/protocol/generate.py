"""Writes what is made of the messages: `python -m streaming.protocol.generate [--check]`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from streaming.protocol import schema, tables, typescript

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "protocol.md"


def files(root: Path = ROOT) -> dict[Path, str]:
    """Each file, as it should be."""
    docs = root / "docs" / "protocol.md"
    return {
        root / "docs" / "protocol.schema.json": json.dumps(schema.document(), indent=2) + "\n",
        root / "static" / "js" / "protocol" / "messages.d.ts": typescript.declarations(),
        docs: tables.fill(docs.read_text()),
    }


def outdated(root: Path = ROOT) -> list[Path]:
    """What has to be written anew."""
    return [
        path
        for path, content in files(root).items()
        if not path.exists() or path.read_text() != content
    ]


def write(root: Path = ROOT) -> None:
    for path, content in files(root).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def main(args: list[str]) -> int:
    if args != ["--check"]:
        write()
        return 0
    old = outdated()
    for path in old:
        print(f"{path.relative_to(ROOT)} is not what the messages say: python3 dev.py protocol")
    return int(bool(old))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
