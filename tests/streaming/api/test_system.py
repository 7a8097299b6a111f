from __future__ import annotations

import os

import pytest
from asgiref.sync import async_to_sync
from rest_framework.test import APIClient

from streaming.backplane.connection import connect
from streaming.backplane.facts import ProcessFacts
from streaming.backplane.writer import StoreWriter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]

SYSTEM = "/api/system/"


@pytest.fixture
def api(superuser):
    api = APIClient()
    api.force_login(superuser)
    return api


@async_to_sync
async def say(*processes):
    async with connect() as redis:
        writer = StoreWriter(redis)
        for each in processes:
            writer.process(each)
        await writer.flush()


def test_the_processes_are_told(api):
    web = ProcessFacts("w", "web", host="sky", pid=12, started_at=1.8e12, memory_bytes=90_000_000)
    say(web, ProcessFacts("i", "ingest", pid=11))
    ingest, told = api.get(SYSTEM).json()["processes"]
    assert (told["role"], told["host"], told["pid"]) == ("web", "sky", 12)
    assert told["started"].startswith("2027-01-15T08:00")
    # One of the version before.
    assert (ingest["pid"], ingest["started"]) == (11, None)


def test_so_are_machine_redis_and_versions(api):
    told = api.get(SYSTEM).json()
    assert told["machine"]["disk_bytes"] > told["machine"]["disk_free_bytes"] > 0
    assert (told["machine"]["cores"], len(told["machine"]["load"])) == (os.cpu_count(), 3)
    assert told["redis"]["name"] == "Valkey"
    assert 0 < told["redis"]["memory_bytes"] < told["redis"]["max_memory_bytes"]
    names = {each["name"] for each in told["versions"]}
    assert names >= {"SkySentry", "Python", "Django", "aiortc", "SQLite", "Valkey"}


def test_without_redis_the_rest_is_told(api, valkey):
    valkey.stop()
    told = api.get(SYSTEM).json()
    assert (told["redis"], told["processes"]) == (None, [])
    assert told["machine"]["cores"]


@pytest.mark.parametrize(("who", "status"), [("owner", 403), ("visitor", 401)])
def test_it_is_for_staff(people, who, status):
    api = APIClient()
    if people[who]:
        api.force_login(people[who])
    assert api.get(SYSTEM).status_code == status
