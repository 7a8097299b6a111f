from __future__ import annotations

from streaming.backplane.facts import ProcessFacts


async def test_each_process_says_what_it_counts(store, reader, writer, redis):
    assert await store.processes() == reader.processes() == []
    web = ProcessFacts("w", "web", viewers=3, cached=2)
    ingest = ProcessFacts("i", "ingest", publishers=1, peers=1)
    for facts in web, ingest:
        writer.process(facts)
    await writer.flush()
    assert {each.id: each for each in await store.processes()} == {"w": web, "i": ingest}
    assert {each.id: each for each in reader.processes()} == {"w": web, "i": ingest}
    assert 0 < await redis.ttl("process:w") <= 5


async def test_the_server_tells_of_itself(reader):
    facts = reader.server()
    assert facts.name == "Valkey"
    assert facts.version.count(".") == 2
    assert 0 < facts.memory_bytes < facts.max_memory_bytes
    assert facts.uptime_s >= 0
