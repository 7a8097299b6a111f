/** Ends, and what is none. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { localTime } from "../../../../static/js/lib/clock.js";
import { FakePeerConnection, FakeWebSocket } from "../../fakes.js";
import { answered, connection, live, muchLater, offered } from "./rig.js";

for (const reason of ["taken_over", "not_allowed", "disconnected"]) {
  test(`after "${reason}" it stays away`, async () => {
    await live();
    FakeWebSocket.last.say({ type: "ended", reason, message: "A sentence." });
    assert.equal(connection.phase, "ended");
    assert.deepEqual(connection.end, { reason, message: "A sentence.", by: "", why: "" });
    connection.tick(muchLater());
    assert.equal(FakeWebSocket.all.length, 1);
    assert.ok(FakePeerConnection.last.isClosed);
  });
}

test("a camera that is disabled is asked for until it is enabled again", async () => {
  await live();
  const why = "disabled";
  FakeWebSocket.last.say({ type: "ended", reason: "not_allowed", message: "", why });
  assert.equal(connection.phase, "waiting");
  assert.equal(connection.end.why, why);
  assert.ok(FakePeerConnection.last.isClosed);
  connection.tick(localTime() + 4900);
  assert.equal(FakeWebSocket.all.length, 1);
  connection.tick(localTime() + 10_000);
  FakeWebSocket.last.open();
  FakeWebSocket.last.say({ type: "error", code: "not_allowed", message: "", why });
  assert.equal(connection.phase, "waiting");
  connection.tick(localTime() + 15_000);
  assert.equal(FakeWebSocket.all.length, 3);
  await offered();
  await answered();
  assert.equal(connection.phase, "live");
});

for (const reason of ["lost", "signaling_lost", "peer_failed", "server_stopped"]) {
  test(`after "${reason}" it comes back`, async () => {
    await live();
    FakeWebSocket.last.say({ type: "ended", reason, message: "" });
    assert.equal(connection.phase, "reconnecting");
    connection.tick(muchLater());
    assert.equal(FakeWebSocket.all.length, 2);
  });
}

test("the reason is awaited when the peer's end arrives before it", async () => {
  await live();
  FakePeerConnection.last.control.closeByServer();
  assert.equal(connection.phase, "reconnecting");
  connection.tick(localTime() + 100);
  FakeWebSocket.last.say({ type: "ended", reason: "taken_over", message: "" });
  assert.equal(connection.phase, "ended");
});

test("without a reason the peer's end is an accident", async () => {
  await live();
  FakePeerConnection.last.control.closeByServer();
  connection.tick(localTime() + 600);
  connection.tick(muchLater());
  assert.equal(FakeWebSocket.all.length, 2);
});

test("why the server doesn't take it is there in its words, until it is live", async () => {
  connection.start(false);
  await offered();
  FakeWebSocket.last.say({ type: "error", code: "database_unavailable", message: "Disk full." });
  assert.equal(connection.phase, "reconnecting");
  assert.equal(connection.trouble, "Disk full.");
  connection.tick(muchLater());
  await offered();
  await answered();
  assert.equal(connection.phase, "live");
  assert.equal(connection.trouble, "");
});

test("a refusal ends it, with the server's own words", async () => {
  connection.start(false);
  FakeWebSocket.last.open();
  FakeWebSocket.last.say({ type: "error", code: "not_allowed", message: "Not yours." });
  assert.equal(connection.phase, "ended");
  assert.deepEqual(connection.end, {
    reason: "not_allowed",
    message: "Not yours.",
    by: "",
    why: "",
  });
});

for (const code of [1000, 4400, 4403]) {
  test(`close code ${code} without a message ends it, too`, () => {
    connection.start(false);
    FakeWebSocket.last.closeBy(code);
    assert.equal(connection.phase, "ended");
  });
}

for (const code of [1001, 1006, 1012, 4408]) {
  test(`close code ${code} is no end`, () => {
    connection.start(false);
    FakeWebSocket.last.closeBy(code);
    connection.tick(muchLater());
    assert.equal(FakeWebSocket.all.length, 2);
  });
}

test("who takes over is said", async () => {
  await live();
  FakeWebSocket.last.say({ type: "ended", reason: "taken_over", message: "", by: "Bob" });
  assert.equal(connection.end.by, "Bob");
});
