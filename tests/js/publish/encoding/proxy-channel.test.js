import assert from "node:assert/strict";
import { test } from "node:test";

import { ProxyChannel } from "../../../../static/js/publish/encoding/proxy-channel.js";

test("what the worker has given to the page counts as waiting", () => {
  /** @type {number[]} */
  const posted = [];
  const channel = new ProxyChannel((message) => posted.push(message.byteLength));
  channel.update({ readyState: "open", bufferedAmount: 0 });
  channel.send(new Uint8Array(100));
  assert.equal(channel.bufferedAmount, 100);
  channel.update({ readyState: "open", bufferedAmount: 40 });
  assert.equal(channel.bufferedAmount, 40);
  assert.deepEqual(posted, [100]);
});
