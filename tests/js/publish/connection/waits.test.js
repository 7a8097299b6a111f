/** The server's wish to wait. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { localTime } from "../../../../static/js/lib/clock.js";
import { FakePeerConnection, FakeWebSocket } from "../../fakes.js";
import { answered, connection, live, muchLater, offered, seen } from "./rig.js";

test("the server's wish to wait is respected", async () => {
  connection.start(false);
  await offered();
  FakeWebSocket.last.say({ type: "error", code: "unavailable", retry_after_s: 2, message: "" });
  connection.tick(localTime() + 1900);
  assert.equal(FakeWebSocket.all.length, 1);
  connection.tick(localTime() + 2300);
  assert.equal(FakeWebSocket.all.length, 2);
});

for (const [message, seconds] of /** @type {[any, number][]} */ ([
  [{ type: "error", code: "busy", retry_after_s: 3, message: "" }, 3],
  [{ type: "ended", reason: "too_much", retry_after_s: 30, message: "" }, 30],
])) {
  test(`told to wait ${seconds} s it says why, and waits`, async () => {
    await live();
    FakeWebSocket.last.say(message);
    FakeWebSocket.last.closeBy(1013);
    assert.equal(connection.phase, "waiting");
    assert.equal(connection.end.reason, message.code ?? message.reason);
    assert.ok(FakePeerConnection.last.isClosed);
    connection.tick(localTime() + seconds * 1000 - 100);
    assert.equal(FakeWebSocket.all.length, 1);
    connection.tick(localTime() + seconds * 1000 + 300);
    assert.equal(FakeWebSocket.all.length, 2);
  });
}

test("told to wait, another network changes nothing; a person may try at once all the same", async () => {
  await live();
  FakeWebSocket.last.say({ type: "ended", reason: "too_much", retry_after_s: 30, message: "" });
  connection.networkChanged();
  assert.equal(FakeWebSocket.all.length, 1);
  connection.retryNow();
  assert.equal(FakeWebSocket.all.length, 2);
  await offered();
  FakeWebSocket.last.say({ type: "error", code: "busy", retry_after_s: 3, message: "" });
  // Why is said again.
  assert.deepEqual(seen.phases.slice(-3), ["waiting", "connecting", "waiting"]);
});

test("another reason to wait is said, too", async () => {
  await live();
  FakeWebSocket.last.say({ type: "ended", reason: "too_much", retry_after_s: 30, message: "" });
  connection.tick(localTime() + 36_000);
  FakeWebSocket.last.closeBy(1013, "retry_after=20");
  assert.deepEqual(seen.phases.slice(-2), ["waiting", "waiting"]);
  assert.equal(connection.end.reason, "refused");
});

test("once live, an earlier wish to wait is over", async () => {
  connection.start(false);
  FakeWebSocket.last.closeBy(1013, "retry_after=20");
  connection.retryNow();
  await offered();
  await answered();
  connection.tick(localTime() + 2100);
  assert.equal(connection.phase, "reconnecting");
  connection.tick(muchLater());
  assert.equal(FakeWebSocket.all.length, 3);
});

test("frames go on while a socket that came back has to wait", async () => {
  await live();
  FakeWebSocket.last.closeBy(1012);
  connection.tick(localTime() + 300);
  await offered();
  FakeWebSocket.last.say({ type: "error", code: "busy", retry_after_s: 3, message: "" });
  assert.equal(connection.state, "detached");
  assert.equal(connection.phase, "live");
  assert.ok(!FakePeerConnection.last.isClosed);
});

test("told to come back later, it does not ask again before, whatever happens", () => {
  mock.method(Math, "random", () => 0);
  connection.start(false);
  FakeWebSocket.last.closeBy(1013, "retry_after=20");
  assert.equal(connection.phase, "waiting");
  connection.networkChanged();
  connection.tick(localTime() + 19_000);
  assert.equal(FakeWebSocket.all.length, 1);
  connection.tick(localTime() + 20_300);
  assert.equal(FakeWebSocket.all.length, 2);
});
