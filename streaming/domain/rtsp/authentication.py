"""How a client proves itself: Basic (RFC 7617) and Digest (RFC 2069, RFC 7616)."""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

#: What cameras take, the best last.
_HASHES: Mapping[str, Callable[[bytes], str]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
}
_SCHEME = re.compile(r"(?:^|,)\s*(Basic|Digest)\s+", re.IGNORECASE)
_PARAMETER = re.compile(r'([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_SESSION = "-SESS"


class Challenge(NamedTuple):
    """What a server wants to be answered."""

    scheme: str
    parameters: Mapping[str, str]

    @property
    def algorithm(self) -> str:
        return self.parameters.get("algorithm", "MD5").upper()

    @property
    def strength(self) -> int:
        """The stronger the better; 0 for what is not known."""
        if self.scheme == "basic":
            return 1
        known = list(_HASHES)
        name = self.algorithm.removesuffix(_SESSION)
        qop = self.parameters.get("qop")
        return 2 + known.index(name) if name in known and (not qop or _has_auth(qop)) else 0


def challenges(headers: Iterable[str]) -> list[Challenge]:
    """Those in the values of WWW-Authenticate; one may hold several."""
    found = []
    for header in headers:
        _, *parts = _SCHEME.split(header)
        for scheme, text in zip(parts[::2], parts[1::2], strict=True):
            found.append(Challenge(scheme.lower(), _parameters(text)))
    return found


def _parameters(text: str) -> dict[str, str]:
    return {
        name.lower(): re.sub(r"\\(.)", r"\1", quoted) or plain
        for name, quoted, plain in _PARAMETER.findall(text)
    }


def _has_auth(qop: str) -> bool:
    return "auth" in {each.strip().lower() for each in qop.split(",")}


class Authorization:
    """Answers the challenges of one server."""

    def __init__(self, user: str, password: str) -> None:
        self._user = user
        self._password = password
        self._challenge: Challenge | None = None
        self._count = 0

    def challenged(self, headers: Iterable[str]) -> bool:
        """Take these challenges. Whether another try makes sense.

        It does not where the same was answered already, as then the password is wrong, or where
        nothing is asked that is known here.
        """
        best = max(challenges(headers), key=lambda each: each.strength, default=None)
        if best is None or not best.strength:
            return False
        before, self._challenge, self._count = self._challenge, best, 0
        return before is None or _is_stale(before, best)

    def header(self, method: str, url: str) -> str | None:
        """The value of Authorization; None before the first challenge."""
        if self._challenge is None:
            return None
        if self._challenge.scheme == "basic":
            return "Basic " + b64encode(f"{self._user}:{self._password}".encode()).decode()
        return self._digest(self._challenge, method, url)

    def _digest(self, challenge: Challenge, method: str, url: str) -> str:
        given = challenge.parameters
        digest = _digester(challenge)
        realm, nonce = given.get("realm", ""), given.get("nonce", "")
        cnonce = secrets.token_hex(8)
        secret = digest(f"{self._user}:{realm}:{self._password}")
        if challenge.algorithm.endswith(_SESSION):
            secret = digest(f"{secret}:{nonce}:{cnonce}")
        quoted = {"username": self._user, "realm": realm, "nonce": nonce, "uri": url}
        plain = {"algorithm": given["algorithm"]} if "algorithm" in given else {}
        between = nonce
        if given.get("qop"):
            self._count += 1
            plain |= {"qop": "auth", "nc": f"{self._count:08x}"}
            between = f"{nonce}:{plain['nc']}:{cnonce}:auth"
        if given.get("qop") or challenge.algorithm.endswith(_SESSION):
            quoted["cnonce"] = cnonce
        quoted["response"] = digest(f"{secret}:{between}:{digest(f'{method}:{url}')}")
        if "opaque" in given:
            quoted["opaque"] = given["opaque"]
        parts = [f"{name}={_quoted(value)}" for name, value in quoted.items()]
        parts += [f"{name}={value}" for name, value in plain.items()]
        return "Digest " + ", ".join(parts)


def _digester(challenge: Challenge) -> Callable[[str], str]:
    hashed = _HASHES[challenge.algorithm.removesuffix(_SESSION)]
    return lambda text: hashed(text.encode())


def _is_stale(before: Challenge, now: Challenge) -> bool:
    """Whether only the server's number ran out, and not the password is wrong."""
    is_new = before.parameters.get("nonce") != now.parameters.get("nonce")
    return is_new and now.parameters.get("stale", "").lower() == "true"


def _quoted(value: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'
