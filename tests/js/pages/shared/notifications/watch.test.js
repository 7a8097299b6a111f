import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Refusal } from "../../../../../static/js/lib/post.js";
import { watchLosses } from "../../../../../static/js/pages/shared/notifications/watch.js";
import { FakeStorage, runPending } from "../../../fakes.js";

/** A camera that has been lost for a while. */
const LOST = {
  id: "1",
  name: "Door",
  url: "/cameras/door/",
  after_s: 30,
  state: /** @type {const} */ ("lost"),
  reason: null,
  for_s: 40,
};

/** As in a browser: one page has it, the others wait. */
class Locks {
  #last = Promise.resolve();

  /** @param {string} _name @param {() => Promise<void>} hold */
  async request(_name, hold) {
    const before = this.#last;
    const mine = before.then(hold);
    this.#last = mine;
    return mine;
  }
}

/** A page, which the test lets ask. */
class Page {
  asked = 0;
  isStopped = false;
  /** @type {string[]} */
  told = [];
  tick = () => {};
  /** @type {() => { cameras: any[] }} */
  answer = () => ({ cameras: [LOST] });

  /** @param {any} locks */
  constructor(locks) {
    this.locks = locks;
  }

  ask = async () => {
    this.asked += 1;
    return this.answer();
  };

  tell = (/** @type {{ id: string }} */ { id }) => this.told.push(id);

  every = (/** @type {() => void} */ tick) => {
    this.tick = tick;
    return () => {
      this.isStopped = true;
    };
  };
}

/** @type {Locks} */
let locks;
beforeEach(() => {
  Object.assign(globalThis, { localStorage: new FakeStorage() });
  locks = new Locks();
});

/** @param {Page} page */
async function tick(page) {
  page.tick();
  await runPending();
}

test("of several pages one asks and tells; when it stops, the next one knows what was told", async () => {
  const [first, second] = [new Page(locks), new Page(locks)];
  const [done] = [watchLosses(first), watchLosses(second)];
  await runPending();
  await tick(first);
  assert.deepEqual([first.asked, first.told, second.asked], [2, ["1"], 0]);
  first.answer = () => {
    throw new Refusal(401, "");
  };
  await tick(first);
  await done;
  await runPending();
  assert.deepEqual([first.isStopped, second.asked, second.told], [true, 1, []]);
});

test("nobody asks on who has chosen no camera, or has signed out", async () => {
  const page = new Page(locks);
  page.answer = () => ({ cameras: [] });
  await watchLosses(page);
  page.answer = () => {
    throw new Refusal(403, "");
  };
  await watchLosses(page);
  assert.equal(page.asked, 2);
});

test("a server that is away is asked again", async () => {
  const page = new Page(locks);
  page.answer = () => {
    throw new TypeError("Failed to fetch");
  };
  void watchLosses(page);
  await runPending();
  page.answer = () => ({ cameras: [LOST] });
  await tick(page);
  assert.deepEqual(page.told, ["1"]);
});

test("no question is asked while one waits", async () => {
  const page = new Page(locks);
  void watchLosses(page);
  await runPending();
  page.ask = () => {
    page.asked += 1;
    return new Promise(() => {});
  };
  await tick(page);
  await tick(page);
  assert.equal(page.asked, 2);
});
