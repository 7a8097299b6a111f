from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.template import Context, Template
from django.utils import timezone

SENTENCE = (
    "{% load i18n times %}"
    "{% blocktranslate with ago=time|ago %}made {{ ago }}{% endblocktranslate %}"
)


def rendered(time):
    return Template(SENTENCE).render(Context({"time": time}))


def test_a_sentence_says_how_long_ago_something_was():
    said = rendered(timezone.now() - timedelta(days=2, minutes=1))
    assert said.startswith('made <time datetime="')
    assert said.endswith(">2\xa0days ago</time>")


def test_the_exact_time_is_where_whoever_looks_is():
    with timezone.override("Europe/Vienna"):
        said = rendered(datetime(2026, 5, 1, 12, 30, tzinfo=UTC))
    assert 'datetime="2026-05-01T14:30:00+02:00" title="May 1, 2026, 2:30\u202fPM"' in said
