import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { isInSight } from "../../../../static/js/lib/sight.js";

/** @type {string[]} */
let happened = [];
/** @type {() => void} */
let tileChanged = () => {};

class FakeVideo extends EventTarget {
  readyState = 1;
  /** @type {any} */
  srcObject = null;
  async requestPictureInPicture() {
    happened.push("opened");
    page.pictureInPictureElement = this;
  }
}

const page = Object.assign(new EventTarget(), {
  hidden: true,
  pictureInPictureEnabled: true,
  /** @type {FakeVideo | null} */
  pictureInPictureElement: null,
  createElement: () => new FakeVideo(),
  async exitPictureInPicture() {
    happened.push("closed");
    this.pictureInPictureElement = null;
  },
});

class FakeCanvas {
  captureStream() {
    return { getTracks: () => [{ stop: () => happened.push("stopped") }] };
  }
}

Object.assign(globalThis, {
  document: page,
  HTMLCanvasElement: FakeCanvas,
  HTMLMediaElement: { HAVE_METADATA: 1 },
  MutationObserver: class {
    /** @param {() => void} act */
    constructor(act) {
      tileChanged = act;
    }
    observe() {}
    disconnect() {
      tileChanged = () => {};
    }
  },
});
const { FloatingPicture, canFloat } = await import(
  "../../../../static/js/pages/shared/picture-in-picture.js"
);

const tile = { dataset: /** @type {Record<string, string>} */ ({}) };
/** @type {boolean[]} */
let changes = [];
/** @type {string[]} */
let said = [];
const say = (/** @type {string} */ sentence) => said.push(sentence);
/** @type {InstanceType<typeof FloatingPicture>} */
let picture;

beforeEach(async () => {
  [happened, changes, said, tile.dataset] = [[], [], [], {}];
  picture = new FloatingPicture(
    /** @type {any} */ (tile),
    /** @type {any} */ (new FakeCanvas()),
    (isOpen) => changes.push(isOpen),
  );
  await picture.toggle(say);
});

test("a picture that floats keeps coming while the page is hidden, until it is closed", async () => {
  assert.ok(canFloat && picture.isOpen && isInSight());
  await picture.toggle(say);
  assert.ok(!picture.isOpen && !isInSight());
  assert.deepEqual(happened, ["opened", "stopped", "closed"]);
  assert.deepEqual(changes, [true, false]);
});

test("the window's own button closes it, too", () => {
  page.pictureInPictureElement?.dispatchEvent(new Event("leavepictureinpicture"));
  assert.ok(!picture.isOpen && !isInSight());
  assert.deepEqual(changes, [true, false]);
});

test("a mere video, which can't say that it is old, goes when the picture is no longer live", () => {
  tileChanged();
  assert.ok(picture.isOpen);
  tile.dataset.old = "";
  tileChanged();
  assert.ok(!picture.isOpen);
});

test("it is said why no window opens, and none opens without a picture", async () => {
  await picture.toggle(say);
  const refused = mock.method(FakeVideo.prototype, "requestPictureInPicture", () => {
    throw new DOMException("", "NotAllowedError");
  });
  await picture.toggle(say);
  refused.mock.restore();
  assert.deepEqual(said, ["This browser couldn't open a picture-in-picture window."]);
  assert.deepEqual(happened, ["opened", "stopped", "closed", "stopped"]);
  tile.dataset.empty = "";
  await picture.toggle(say);
  assert.equal(said.length, 1);
});
