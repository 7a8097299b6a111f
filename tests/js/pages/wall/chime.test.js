import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Chime } from "../../../../static/js/pages/wall/chime.js";

/** @type {EventTarget} */
let page;
/** @type {number[]} Hz */
let played;

class FakeContext extends EventTarget {
  currentTime = 0;
  destination = {};
  state = "suspended";

  async resume() {
    this.state = "running";
    this.dispatchEvent(new Event("statechange"));
  }
}

class FakeTone {
  /** @param {FakeContext} _ @param {{ frequency: number }} options */
  constructor(_, { frequency }) {
    this.frequency = frequency;
  }

  /** @param {unknown} next */
  connect(next) {
    return next;
  }

  start() {
    played.push(this.frequency);
  }

  stop() {}
}

class FakeVolume extends FakeTone {
  gain = {
    setValueAtTime() {},
    linearRampToValueAtTime() {},
    exponentialRampToValueAtTime() {},
  };

  constructor() {
    super(new FakeContext(), { frequency: 0 });
  }
}

beforeEach(() => {
  page = new EventTarget();
  played = [];
  Object.assign(globalThis, {
    AudioContext: FakeContext,
    GainNode: FakeVolume,
    OscillatorNode: FakeTone,
    document: page,
  });
});

test("nothing is heard before somebody did something on the page", () => {
  let changes = 0;
  const chime = new Chime(
    () => true,
    () => changes++,
  );
  chime.ring();
  assert.deepEqual([chime.isAllowed, played, changes], [false, [], 0]);
  page.dispatchEvent(new Event("click"));
  chime.ring();
  assert.deepEqual([chime.isAllowed, changes, played.length], [true, 1, 2]);
  assert.ok(played[0] > played[1]);
});

test("where no sound is wished, the browser is asked for none", () => {
  const chime = new Chime(
    () => false,
    () => assert.fail(),
  );
  page.dispatchEvent(new Event("keydown"));
  assert.equal(chime.isAllowed, false);
});
