from __future__ import annotations

import pytest

from streaming.doctor.words import CHECKS, FOUND, VERDICTS, as_data
from streaming.domain.doctor import Certificate, Check, Fact, Found, Verdict
from tests.streaming.domain.test_doctor import CASES


def test_everything_has_its_words() -> None:
    assert set(CHECKS) == set(Check)
    assert set(FOUND) == set(Found)
    assert set(VERDICTS) == set(Verdict)


@pytest.mark.parametrize(("fact", "found"), CASES)
def test_each_sentence_is_whole_and_says_what_to_do(fact: Fact, found: Found) -> None:
    data = as_data(fact.finding())
    assert data["sentence"].endswith(".")
    assert "%(" not in data["sentence"] + data["advice"]
    assert data["state"] == found.verdict
    assert bool(data["advice"]) == (found.verdict is not Verdict.OK)


@pytest.mark.parametrize(("days", "words"), [(1, "1 more day,"), (0, "0 more days"), (2, "2 more")])
def test_what_is_counted_has_its_plural(days: int, words: str) -> None:
    assert words in as_data(Certificate(days).finding())["sentence"]


def test_a_command_reads_as_it_works_for_who_reads_it() -> None:
    finding = next(fact for fact, found in CASES if found is Found.NOT_RUNNING).finding()
    assert "python3 manage.py serve" in as_data(finding)["advice"]
    assert "./mine manage.py serve" in as_data(finding, "./mine manage.py")["advice"]
