from __future__ import annotations

import pytest

from streaming.domain.mailbox import Mailbox


@pytest.fixture
def mailbox():
    return Mailbox()


def test_what_was_put_is_taken_once(mailbox):
    mailbox.put("hall", 1)
    assert mailbox.take() == ("hall", 1)
    assert len(mailbox) == 0


def test_an_empty_mailbox_says_so(mailbox):
    with pytest.raises(KeyError):
        mailbox.take()


def test_a_newer_item_replaces_the_older_and_counts_it_as_skipped(mailbox):
    for item in (1, 2, 3):
        mailbox.put("hall", item)
    assert len(mailbox) == 1
    assert mailbox.skipped == 2
    assert mailbox.take() == ("hall", 3)


def test_what_was_taken_in_time_is_not_skipped(mailbox):
    mailbox.put("hall", 1)
    mailbox.take()
    mailbox.put("hall", 2)
    assert mailbox.skipped == 0


def test_a_key_does_not_lose_its_turn_by_a_newer_item(mailbox):
    mailbox.put("hall", 1)
    mailbox.put("yard", 1)
    mailbox.put("hall", 2)
    assert [mailbox.take(), mailbox.take()] == [("hall", 2), ("yard", 1)]


def test_a_busy_key_does_not_starve_another(mailbox):
    mailbox.put("yard", 1)
    mailbox.put("hall", 1)
    mailbox.take()
    mailbox.put("yard", 2)
    assert mailbox.take() == ("hall", 1)


def test_a_discarded_key_is_gone_and_not_skipped(mailbox):
    mailbox.put("hall", 1)
    mailbox.discard("hall")
    mailbox.discard("never there")
    assert len(mailbox) == 0
    assert mailbox.skipped == 0
