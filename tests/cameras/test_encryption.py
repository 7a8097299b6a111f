from __future__ import annotations

import pytest

from cameras.encryption import Lost, seal, unseal


def test_what_is_sealed_is_known_again_and_looks_like_nothing():
    kept = seal("s3cret: ü", purpose="a door")
    assert "s3cret" not in kept
    assert kept != seal("s3cret: ü", purpose="a door")
    assert unseal(kept, purpose="a door") == "s3cret: ü"
    assert seal("", purpose="a door") == unseal("", purpose="a door") == ""


def test_it_opens_for_no_other_purpose():
    with pytest.raises(Lost):
        unseal(seal("s3cret", purpose="a door"), purpose="a window")


def test_a_key_that_was_replaced_still_opens_but_no_longer_once_it_is_forgotten(settings):
    settings.SECRET_KEY = "old"
    kept = seal("s3cret", purpose="a door")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", ["old"]
    assert unseal(kept, purpose="a door") == "s3cret"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(Lost) as raised:
        unseal(kept, purpose="a door")
    assert "s3cret" not in repr(raised.value)
