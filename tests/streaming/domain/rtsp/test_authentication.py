from __future__ import annotations

from base64 import b64decode
from hashlib import md5, sha256

import pytest

from streaming.domain.rtsp.authentication import Authorization, challenges

USER, PASSWORD = "Mufasa", 'Circle "of": Life'
NONCE = 'realm="cam", nonce="abc"'


def hashed(text):
    return md5(text.encode(), usedforsecurity=False).hexdigest()


def answer(*headers, user=USER, password=PASSWORD):
    authorization = Authorization(user, password)
    assert authorization.challenged(headers)
    return authorization.header("GET", "/live")


def parameter(header, name):
    return challenges([header])[0].parameters[name]


def test_nothing_is_said_before_it_is_asked_for():
    assert Authorization(USER, PASSWORD).header("GET", "/") is None


def test_basic_takes_any_password():
    scheme, text = answer('Basic realm="cam"').split()
    assert scheme == "Basic"
    assert b64decode(text).decode() == f"{USER}:{PASSWORD}"


def test_digest_of_old_cameras():
    header = answer(f'Digest {NONCE}, opaque="o\\"o"')
    secret = hashed(f"{USER}:cam:{PASSWORD}")
    assert parameter(header, "response") == hashed(f"{secret}:abc:{hashed('GET:/live')}")
    assert parameter(header, "opaque") == 'o"o'
    assert "nc=" not in header


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256", "MD5-sess"])
def test_digest_with_a_count(algorithm):
    header = answer(f'Digest {NONCE}, algorithm={algorithm}, qop="auth,auth-int"')
    digest = (lambda text: sha256(text.encode()).hexdigest()) if "256" in algorithm else hashed
    cnonce = parameter(header, "cnonce")
    secret = digest(f"{USER}:cam:{PASSWORD}")
    if algorithm.endswith("sess"):
        secret = digest(f"{secret}:abc:{cnonce}")
    expected = digest(f"{secret}:abc:00000001:{cnonce}:auth:{digest('GET:/live')}")
    assert parameter(header, "response") == expected


def test_the_strongest_that_is_known_is_answered():
    header = answer('Basic realm="cam"', f"Digest {NONCE}, Digest {NONCE}, algorithm=SHA-256")
    assert parameter(header, "algorithm") == "SHA-256"


@pytest.mark.parametrize(
    "headers", [[], ["Negotiate"], [f"Digest {NONCE}, algorithm=X"], [f'Digest {NONCE}, qop="i"']]
)
def test_what_is_not_known_is_not_answered(headers):
    assert not Authorization(USER, PASSWORD).challenged(headers)


def test_a_wrong_password_is_not_tried_again_but_a_stale_number_is():
    authorization = Authorization(USER, PASSWORD)
    assert authorization.challenged([f"Digest {NONCE}"])
    assert not authorization.challenged([f"Digest {NONCE}"])
    assert authorization.challenged(['Digest realm="cam", nonce="new", stale=TRUE'])
