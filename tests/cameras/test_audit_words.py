from __future__ import annotations

import pytest

from cameras import audit_words
from cameras.models import AuditEvent, AuditKind


@pytest.mark.parametrize(
    ("kind", "details", "words"),
    [
        ("watched", {"publisher": "olga"}, "Watched while olga filmed"),
        ("watched", {}, "Watched; nobody was filming"),
        ("filmed", {}, "Filmed"),
        ("refused", {"what": "publish"}, "Tried to film without permission"),
        ("shared", {"what": "manage", "person": "vera"}, "Let vera manage the camera"),
        (
            "camera_changed",
            {"fields": ["name", "frame_rate"]},
            "Changed settings: name, frame rate",
        ),
        ("signed_in", {"what": "passkey"}, "Signed in with a passkey"),
        ("secret_made", {"what": "token"}, "Created the API token “?” for ?"),
        ("camera_changed", {"fields": ["of_tomorrow"]}, "Changed settings: of_tomorrow"),
        ("of_tomorrow", {"what": "?"}, "of_tomorrow"),
    ],
)
def test_an_event_is_a_sentence(kind: str, details: dict[str, object], words: str) -> None:
    assert audit_words.sentence(AuditEvent(kind=kind, details=details)) == words


@pytest.mark.parametrize("kind", AuditKind)
def test_each_kind_has_its_words(kind: AuditKind) -> None:
    assert kind in audit_words._SENTENCES


@pytest.mark.parametrize(
    ("kind", "name", "address", "words"),
    [
        ("person", "olga", "192.0.2.7", "olga"),
        ("key", "Tablet", "", "Publish key “Tablet”"),
        ("link", "Neighbours", "192.0.2.7", "Link “Neighbours”"),
        ("visitor", "", "192.0.2.7", "Visitor from 192.0.2.7"),
        ("visitor", "", "", "Visitor"),
        ("server", "", "", "The server"),
    ],
)
def test_whoever_acted_has_a_name(kind: str, name: str, address: str, words: str) -> None:
    assert audit_words.actor(AuditEvent(actor_kind=kind, actor=name, address=address)) == words
