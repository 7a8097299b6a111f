from __future__ import annotations

import csv
import io

import pytest
from asgiref.sync import sync_to_async

from tests.cameras.admin.actions import NOON, listed, session

made = sync_to_async(session)


async def exported(client, *sessions):
    chosen = [session.pk for session in sessions]
    response = await client.post(
        listed("capturesession"), {"action": "export_csv", "_selected_action": chosen}
    )
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="sessions.csv"'
    return b"".join([part async for part in response]).decode()


@pytest.fixture
async def exporter(async_client, keeper):
    await async_client.aforce_login(keeper)
    return async_client


@pytest.mark.django_db(transaction=True)
async def test_the_sessions_chosen_are_exported(exporter, garden):
    chosen, _other = await made(garden, end_reason="lost", frames=90), await made(garden)
    text = await exported(exporter, chosen)
    assert text.endswith("\r\n")
    [row] = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["session"], row["camera"], row["frames"]) == (str(chosen.pk), "garden", "90")
    assert (row["started"], row["end_reason"]) == (NOON.isoformat(), "lost")
    assert row["duration_s"] == str(25 * 3600 + 65.0)


@pytest.mark.django_db(transaction=True)
async def test_an_open_session_has_no_end(exporter, garden):
    [row] = csv.DictReader(io.StringIO(await exported(exporter, await made(garden))))
    assert (row["ended"], row["end_reason"], row["latency_ms"]) == ("", "", "")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1"])
async def test_no_cell_is_a_formula(exporter, garden, name):
    text = await exported(exporter, await made(garden, publisher=name))
    [row] = csv.DictReader(io.StringIO(text, newline=""))
    assert row["publisher"] == f"'{name}"


@pytest.mark.django_db(transaction=True)
async def test_quotes_commas_and_line_ends_stay_in_their_cell(exporter, garden):
    name = 'a "b", c\nd'
    text = await exported(exporter, await made(garden, publisher=name))
    [row] = csv.DictReader(io.StringIO(text, newline=""))
    assert row["publisher"] == name


@pytest.mark.django_db(transaction=True)
async def test_sessions_of_others_are_not_exported(exporter, garden, camera):
    mine, foreign = await made(garden), await made(camera)
    rows = list(csv.DictReader(io.StringIO(await exported(exporter, mine, foreign))))
    assert [row["camera"] for row in rows] == ["garden"]
