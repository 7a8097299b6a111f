from __future__ import annotations

import pytest
from django.core.management import CommandError
from django.test import override_settings

from streaming.management.choices import chosen


def test_what_was_not_given_is_as_in_the_settings():
    with override_settings(SKYSENTRY={"WEB": 3}):
        assert chosen({"web": None, "ingest": 2}).WEB == 3


def test_what_was_given_comes_before_the_settings():
    with override_settings(SKYSENTRY={"WEB": 3, "API_PORT": 8001}):
        conf = chosen({"web": 2, "port": 9000})
    assert (conf.WEB, conf.API_PORT) == (2, 9000)


@pytest.mark.parametrize(
    ("options", "refusal"),
    [({"port": 70_000}, "--port is 70000"), ({"tls_port": 0}, "--tls-port is 0")],
)
def test_what_makes_no_sense_is_refused_by_the_name_of_its_option(options, refusal):
    with pytest.raises(CommandError, match=refusal):
        chosen(options)
