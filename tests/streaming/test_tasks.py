from __future__ import annotations

import ast
import asyncio
import contextlib
import logging
import signal
from pathlib import Path

import pytest
from django.utils.translation import get_language, override

from streaming.tasks import Tasks, connection_task, finish, raise_if_cancelled, spawn, stop

ROOT = Path(__file__).parents[2]


async def forever():
    await asyncio.Event().wait()


async def fail():
    raise RuntimeError("broken")


async def test_a_task_has_the_name_of_its_owner_and_its_own():
    tasks = Tasks("relays")
    task = tasks.start("front door", forever())
    assert task.get_name() == "relays: front door"
    await stop(task)


async def test_they_run_until_their_owner_is_cancelled():
    tasks = Tasks("owner")
    first, second = tasks.start("first", forever()), tasks.start("second", forever())
    running = asyncio.create_task(tasks.run())
    await asyncio.sleep(0)
    assert len(tasks) == 2
    await stop(running)
    assert (first.cancelled(), second.cancelled(), len(tasks)) == (True, True, 0)


async def test_one_that_is_done_is_forgotten():
    tasks = Tasks("owner")
    await tasks.start("short", asyncio.sleep(0))
    await asyncio.sleep(0)
    assert len(tasks) == 0


async def test_the_failure_of_one_is_its_owners():
    tasks = Tasks("owner")
    other = tasks.start("other", forever())
    tasks.start("failing", fail())
    with pytest.raises(RuntimeError, match="broken"):
        await tasks.run()
    assert other.cancelled()


async def test_each_failure_is_logged_also_one_at_the_end(caplog):
    async def fail_at_the_end():
        try:
            await forever()
        finally:
            raise ValueError("broken, too")

    tasks = Tasks("owner")
    tasks.start("late", fail_at_the_end())
    await asyncio.sleep(0)
    tasks.start("failing", fail())
    with pytest.raises(RuntimeError, match="broken"):
        await tasks.run()
    logged = [record.getMessage() for record in caplog.records]
    assert logged == [
        "Background task 'owner: failing' failed",
        "Background task 'owner: late' failed",
    ]


async def test_the_failure_of_a_connections_task_is_logged(caplog):
    task = connection_task("socket: deadline", fail())
    await asyncio.wait([task])
    await asyncio.sleep(0)
    [record] = caplog.records
    assert record.getMessage() == "Task 'socket: deadline' failed"


async def test_that_the_other_end_has_gone_is_no_failure(caplog):
    async def send():
        raise ConnectionResetError

    task = connection_task("socket: outlet", send())
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert caplog.records == []


async def test_one_that_takes_its_time_to_end_is_waited_for():
    ended = []

    async def tidy():
        try:
            await forever()
        finally:
            await asyncio.sleep(0.01)
            ended.append(True)

    tasks = Tasks("owner")
    tasks.start("tidy", tidy())
    running = asyncio.create_task(tasks.run())
    await asyncio.sleep(0)
    await stop(running)
    assert ended


async def test_what_starts_after_the_end_ends_at_once():
    tasks = Tasks("owner")
    running = asyncio.create_task(tasks.run())
    await asyncio.sleep(0)
    await stop(running)
    late = tasks.start("late", forever())
    await asyncio.wait([late])
    assert late.cancelled()


async def test_the_failure_of_a_process_task_ends_the_process(monkeypatch, caplog):
    sent = []
    monkeypatch.setattr("os.kill", lambda pid, number: sent.append(number))
    with caplog.at_level(logging.CRITICAL):
        task = spawn("relay of the door", fail())
        await asyncio.wait([task])
        await asyncio.sleep(0)
    assert sent == [signal.SIGTERM]
    assert "'relay of the door' failed" in caplog.text
    assert "RuntimeError: broken" in caplog.text


async def test_work_is_finished_though_whoever_waits_is_cancelled():
    done = []

    async def work():
        await asyncio.sleep(0.01)
        done.append(True)

    waiting = asyncio.create_task(finish("work", work()))
    for _ in range(2):
        await asyncio.sleep(0)
        waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert done


async def test_the_failure_of_finished_work_is_told():
    with pytest.raises(RuntimeError, match="broken"):
        await finish("work", fail())


async def test_a_cancellation_that_a_library_swallowed_comes_again():
    async def swallowing():
        with contextlib.suppress(asyncio.CancelledError):
            await forever()
        raise_if_cancelled()
        await asyncio.sleep(0)
        return "went on"

    task = asyncio.create_task(swallowing())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_who_was_not_cancelled_goes_on():
    raise_if_cancelled()
    await asyncio.sleep(0)


def test_every_task_of_ours_has_a_name():
    started = {
        (str(file.relative_to(ROOT)), call.lineno): {keyword.arg for keyword in call.keywords}
        for file in (ROOT / "streaming").rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in ("create_task", "ensure_future")
    }
    assert started
    assert [place for place, given in started.items() if "name" not in given] == []


async def test_what_the_process_owns_does_not_speak_as_the_visitor_who_came_first():
    spoken: list[str | None] = []

    async def speak() -> None:
        spoken.append(get_language())

    with override("de"):
        await spawn("web", speak())
        await connection_task("socket", speak())
    assert spoken == ["en", "de"]
