from __future__ import annotations

import pytest
from django.core.management import load_command_class

COMMANDS = ("api_token", "demo_camera", "ingest", "phone", "serve", "signin_link", "web")


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_about_a_commands_own_options(name):
    parser = load_command_class("streaming", name).create_parser("manage.py", name)
    assert "--traceback" not in parser.format_help()
    # It is there all the same.
    assert "--traceback" in parser._option_string_actions


def test_serve_says_of_each_option_what_it_is_without_it():
    parser = load_command_class("streaming", "serve").create_parser("manage.py", "serve")
    own = [each for each in parser._actions if each.dest not in ("help", "skip_checks")]
    told = [each for each in own if each.help and each.help != "==SUPPRESS=="]
    assert len(told) >= 12
    assert [each.option_strings for each in told if "(default:" not in str(each.help)] == []
