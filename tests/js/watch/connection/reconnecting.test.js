import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { FakeWebSocket } from "../../fakes.js";
import { heard, pass, pong, socket, watch } from "./rig.js";

for (const [code, why, end] of [
  ["not_allowed", "expired", "expired"],
  ["not_allowed", undefined, null],
  ["bad_message", undefined, "bad_message"],
]) {
  test(`after ${code} (${why}) the connection is over because of ${end}`, () => {
    mock.method(console, "warn", () => {}, { times: 1 });
    FakeWebSocket.last.open();
    assert.equal(socket.end, null);
    FakeWebSocket.last.say({ type: "error", code, message: "Over.", why });
    FakeWebSocket.last.closeBy(4403);
    assert.deepEqual([socket.connection, socket.end], ["over", end]);
  });
}

test("it counts as open from the first message on it, as some proxies let none through", () => {
  watch("door");
  FakeWebSocket.last.open();
  assert.equal(socket.connection, "connecting");
  pong();
  assert.equal(heard.at(-1), "door open");
});

test("it counts the attempts since it last got through", () => {
  FakeWebSocket.last.closeBy(1006);
  pass(600);
  FakeWebSocket.last.open();
  FakeWebSocket.last.closeBy(1006);
  assert.equal(socket.failures, 2);
  pass(600);
  FakeWebSocket.last.open();
  pong();
  assert.equal(socket.failures, 0);
});

test("it comes back after a break, and subscribes again", () => {
  watch("door");
  FakeWebSocket.last.open();
  pong();
  FakeWebSocket.last.closeBy(1012);
  assert.equal(heard.at(-1), "door connecting");
  pass(600);
  assert.equal(FakeWebSocket.all.length, 2);
  FakeWebSocket.last.open();
  pong();
  assert.equal(heard.at(-1), "door open");
  assert.equal(FakeWebSocket.last.sentOf("subscribe").length, 1);
});

test("a server that accepts and closes at once is not stormed", () => {
  for (let i = 0; i < 8; i += 1) {
    FakeWebSocket.last.open();
    pong();
    FakeWebSocket.last.closeBy(1011);
    pass(5100);
  }
  FakeWebSocket.last.closeBy(1011);
  pass(4500);
  assert.equal(FakeWebSocket.all.length, 9);
});

for (const code of [1000, 4400, 4403]) {
  test(`after close code ${code} it stays away, and ticks no more`, () => {
    const clear = mock.method(globalThis, "clearInterval");
    FakeWebSocket.last.closeBy(code);
    assert.equal(clear.mock.callCount(), 1);
    clear.mock.restore();
    pass(20_000);
    assert.equal(FakeWebSocket.all.length, 1);
    assert.equal(socket.connection, "over");
  });
}

test("told to come back later, it does not ask again before, whatever happens", () => {
  FakeWebSocket.last.closeBy(1013, "retry_after=20");
  assert.ok(socket.isToldToWait);
  assert.equal(socket.failures, 0);
  pass(19_000);
  document.dispatchEvent(new Event("visibilitychange"));
  assert.equal(FakeWebSocket.all.length, 1);
  pass(6_500);
  assert.equal(FakeWebSocket.all.length, 2);
  assert.ok(!socket.isToldToWait);
});
