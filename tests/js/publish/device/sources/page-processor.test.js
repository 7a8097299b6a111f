import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { pageProcessor } from "../../../../../static/js/publish/device/sources/page-processor.js";
import { FakeTrack, begin } from "./fakes.js";

const browser = /** @type {any} */ (globalThis);

afterEach(() => {
  delete browser.MediaStreamTrackProcessor;
});

test("the page's processor gives its stream away", () => {
  browser.MediaStreamTrackProcessor = class {
    /** @param {{ track: FakeTrack }} init */
    constructor({ track }) {
      this.readable = track.readable;
    }
  };
  const track = new FakeTrack();
  const [{ type, readable, transfer }] = begin(pageProcessor, { track });
  assert.equal(type, "source");
  assert.equal(readable, track.readable);
  assert.deepEqual(transfer, [track.readable]);
});
