/** One of a browser's pages asks for the cameras that its person wants to be told of. */

import { Refusal } from "../../../lib/post.js";
import { keep, kept } from "../../../lib/storage.js";
import { Losses } from "./losses.js";

const LOCK = "skysentry.notifications";
const TOLD = "skysentry.told";
/** Answers after which it is no use to ask again: nobody is signed in. */
const OVER = [401, 403];

/** @typedef {import("./losses.js").Chosen} Chosen */

/**
 * @typedef {object} Page
 * @property {Pick<LockManager, "request">} locks
 * @property {() => Promise<{ cameras: Chosen[] }>} ask throws Refusal, or what `fetch` throws
 * @property {(camera: Chosen) => void} tell
 * @property {(tick: () => void) => () => void} every calls it again and again; gives what ends that
 */

/**
 * Tells of lost cameras, while no other page of this browser does, until no camera is chosen.
 *
 * @param {Page} page
 */
export function watchLosses(page) {
  return page.locks.request(LOCK, () => watch(page));
}

/** @param {Page} page */
async function watch(page) {
  const losses = new Losses(kept(TOLD) ?? []);
  if (!(await goesOn(page, losses))) return;
  let isAsking = false;
  const { promise, resolve } = pending();
  const stop = page.every(async () => {
    if (isAsking) return;
    isAsking = true;
    if (!(await goesOn(page, losses))) resolve();
    isAsking = false;
  });
  await promise;
  stop();
}

/**
 * Asks once.
 *
 * @param {Page} page
 * @param {Losses} losses
 * @returns {Promise<boolean>} whether to ask again
 */
async function goesOn({ ask, tell }, losses) {
  try {
    const { cameras } = await ask();
    const due = losses.hear(cameras, performance.now());
    keep(TOLD, losses.told);
    for (const camera of due) tell(camera);
    return cameras.length > 0;
  } catch (error) {
    // Without an answer nothing is known; the pictures on the page say so, too.
    return !(error instanceof Refusal && OVER.includes(error.status));
  }
}

function pending() {
  /** @type {() => void} */
  let resolve = () => {};
  const promise = /** @type {Promise<void>} */ (
    new Promise((done) => {
      resolve = done;
    })
  );
  return { promise, resolve };
}
