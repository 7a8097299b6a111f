import assert from "node:assert/strict";
import { test } from "node:test";

import { PageOutlet } from "../../../../static/js/publish/encoding/proxy-channel.js";

test("what the worker has given to the page counts as waiting", () => {
  /** @type {number[]} */
  const posted = [];
  const outlet = new PageOutlet((message) => posted.push(message.byteLength));
  outlet.update({ readyState: "open", bufferedAmount: 0 });
  outlet.send(new Uint8Array(100));
  assert.equal(outlet.bufferedAmount, 100);
  outlet.update({ readyState: "open", bufferedAmount: 40 });
  assert.equal(outlet.bufferedAmount, 40);
  assert.deepEqual(posted, [100]);
});
