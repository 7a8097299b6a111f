"""What `compose.yaml` and the Dockerfile promise. Docker itself is not part of the tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text()


@pytest.fixture
def services():
    return yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]


def test_redis_starts_by_its_name_alone(services):
    assert "profiles" not in services["redis"]
    assert "depends_on" not in services["redis"]


def test_redis_is_reached_from_this_machine_only(services):
    assert services["redis"]["ports"] == ["127.0.0.1:6379:6379"]


def test_redis_keeps_nothing_and_has_a_bound(services):
    command = services["redis"]["command"]
    assert '--save ""' in command
    assert "--appendonly no" in command
    assert re.search(r"--maxmemory \d+mb", command)


def test_redis_says_whether_it_is_well(services):
    assert services["redis"]["healthcheck"]["test"] == ["CMD", "valkey-cli", "ping"]
    assert services["skysentry"]["depends_on"] == {"redis": {"condition": "service_healthy"}}


def test_images_have_versions(services):
    images = [services["redis"]["image"], *re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)]
    assert all(re.search(r":\d+(\.\d+)?-\w+$", image) for image in images)


def test_the_whole_system_is_asked_for_by_its_profile(services):
    assert services["skysentry"]["profiles"] == ["all"]
    assert services["skysentry"]["build"] == "."


def test_cameras_reach_the_whole_system_by_udp(services):
    assert services["skysentry"]["network_mode"] == "host"


def test_the_whole_system_uses_that_redis_and_keeps_its_folder(services):
    service = services["skysentry"]
    assert service["environment"]["REDIS_URL"] == "redis://127.0.0.1:6379"
    assert service["volumes"] == ["var:/srv/skysentry/var"]
    assert "WORKDIR /srv/skysentry\n" in DOCKERFILE


def test_the_image_installs_what_is_locked_and_runs_without_root():
    assert "--require-hashes" in DOCKERFILE
    assert "-r requirements/run.lock" in DOCKERFILE
    assert re.search(r"^USER (?!root)", DOCKERFILE, re.MULTILINE)


def test_secrets_and_data_stay_out_of_the_image():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".*", "var"} <= set(ignored)


def test_the_image_can_be_asked_whether_it_is_ready():
    assert re.search(r"^HEALTHCHECK .*\n.*/readyz", DOCKERFILE, re.MULTILINE)
