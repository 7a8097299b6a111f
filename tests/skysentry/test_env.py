from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from cameras.settings_parser import BOOLEAN, TEXT
from skysentry import env
from streaming import conf


@pytest.fixture
def set_to(monkeypatch):
    return lambda name, value: monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("text", "entries"), [("", []), ("a", ["a"]), ("a, b", ["a", "b"]), (" ,a,,b ", ["a", "b"])]
)
def test_a_list_is_what_stands_between_commas(set_to, text, entries):
    set_to("ALLOWED_HOSTS", text)
    assert env.read_list("ALLOWED_HOSTS", TEXT) == entries


TRUE = ("1", "true", "TRUE", "t", "yes", "Yes", "y", "on", "oN", " true ")
FALSE = ("0", "false", "False", "f", "no", "n", "off", "OFF", " no ")


@pytest.mark.parametrize(
    ("text", "truth"),
    [*((text, True) for text in TRUE), *((text, False) for text in (*FALSE, ""))],
)
def test_a_word_means_the_same_in_every_variable(set_to, text, truth):
    for name in ("HTTPS_ONLY", "DEBUG", "SKYSENTRY_TLS"):
        set_to(name, text)
        assert env.read(name, BOOLEAN, False) is truth
    assert conf.load({}, {"SKYSENTRY_TLS": text}).TLS is truth


@pytest.mark.parametrize("text", ["maybe", "2", "-1", "ja", "tru", "yes,no", " ", "None"])
def test_a_word_that_is_neither_is_refused_in_every_variable(set_to, text):
    set_to("HTTPS_ONLY", text)
    takes = rf"{re.escape(repr(text))}; it takes true or false\."
    with pytest.raises(ImproperlyConfigured, match=f"^HTTPS_ONLY is {takes}"):
        env.read("HTTPS_ONLY", BOOLEAN, False)
    with pytest.raises(ImproperlyConfigured, match=f"^SKYSENTRY_TLS is {takes}"):
        conf.load({}, {"SKYSENTRY_TLS": text})


@pytest.mark.parametrize(("text", "level"), [("", "INFO"), ("debug", "DEBUG"), ("ERROR", "ERROR")])
def test_log_levels_have_no_case(set_to, text, level):
    set_to("LOG_LEVEL", text)
    assert env.read("LOG_LEVEL", env.LEVEL, "INFO") == level


def test_a_log_level_that_is_not_known_is_refused_with_those_that_are(set_to):
    set_to("LOG_LEVEL", "foo")
    with pytest.raises(ImproperlyConfigured, match=r"LOG_LEVEL is 'foo'; .*DEBUG, INFO"):
        env.read("LOG_LEVEL", env.LEVEL, "INFO")


def test_an_empty_database_url_is_none(set_to):
    set_to("DATABASE_URL", "")
    assert env.database(Path("/srv/sky.sqlite3"))["NAME"] == "/srv/sky.sqlite3"


def test_the_folder_of_the_database_may_be_called_anything(set_to):
    set_to("DATABASE_URL", "")
    folder = Path("/srv/C# projects %20?")
    assert env.database(folder / "sky.sqlite3")["NAME"] == "/srv/C# projects %20?/sky.sqlite3"


@pytest.mark.parametrize("url", ["foo://:secret@x", "secret", "postgres://u:secret@x:999999/y"])
def test_what_is_no_database_is_refused_without_its_password(set_to, url):
    set_to("DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL cannot be used: ") as refusal:
        env.database(Path("sky.sqlite3"))
    assert "secret" not in str(refusal.value)


def test_a_host_has_no_scheme_and_no_port(set_to):
    set_to("ALLOWED_HOSTS", "cameras.example, .example, 10.0.0.5, [::1], *")
    assert len(env.read_list("ALLOWED_HOSTS", env.HOST)) == 5
    for entry in ("https://cameras.example", "cameras.example:8000", "::1"):
        set_to("ALLOWED_HOSTS", f"localhost, {entry}")
        with pytest.raises(ImproperlyConfigured, match=rf"'{entry}'; .* without scheme and port"):
            env.read_list("ALLOWED_HOSTS", env.HOST)


def test_the_secret_key_is_made_once(tmp_path, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    folder = tmp_path / "deep" / "var"
    assert env.secret_key(folder) == env.secret_key(folder) != ""


def test_a_folder_that_cannot_be_used_is_said_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "var"):
        with pytest.raises(ImproperlyConfigured, match=r"cannot be used: .*SKYSENTRY_VAR_DIR"):
            env.secret_key(folder)


@pytest.mark.parametrize(
    "origin",
    ["https://example.org", "http://127.0.0.1:8000", "https://*.example.org", "http://[::1]:80"],
)
def test_an_origin_is_a_scheme_a_host_and_a_port(set_to, origin):
    set_to("CSRF_TRUSTED_ORIGINS", origin)
    assert env.read_list("CSRF_TRUSTED_ORIGINS", env.ORIGIN) == [origin]


@pytest.mark.parametrize(
    "text", ["https://example.org/", "https://example.org/cams", "example.org", "https://", "*"]
)
def test_an_origin_that_no_browser_sends_is_refused(set_to, text):
    set_to("CSRF_TRUSTED_ORIGINS", f"https://cameras.example, {text}")
    takes = "it takes origins without a path or a slash at the end, such as https://example.org"
    with pytest.raises(ImproperlyConfigured, match=f"has {re.escape(repr(text))}; {takes}"):
        env.read_list("CSRF_TRUSTED_ORIGINS", env.ORIGIN)
