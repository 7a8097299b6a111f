import assert from "node:assert/strict";
import { test } from "node:test";

import { showGone, showOffers } from "../../../../static/js/pages/viewer/offers.js";

/** @param {string} needs @param {boolean} [isDialog] */
function offer(needs, isDialog = false) {
  return {
    dataset: { needs },
    hidden: false,
    isOpen: isDialog,
    matches: () => isDialog,
    close() {
      this.isOpen = false;
    },
  };
}

function page() {
  const [film, settings, dialog] = [
    offer("publishable"),
    offer("manageable"),
    offer("manageable", true),
  ];
  const root = /** @type {any} */ ({ querySelectorAll: () => [film, settings, dialog] });
  return { root, film, settings, dialog };
}

/** @param {() => Promise<Response>} answer */
function serverThat(answer) {
  Object.assign(globalThis, { fetch: answer });
}

test("rights that were granted or withdrawn show and hide what needs them", () => {
  const { root, film, settings, dialog } = page();
  showOffers(root, { publishable: true, manageable: false });
  assert.deepEqual([film.hidden, settings.hidden, dialog.isOpen], [false, true, false]);
  showOffers(root, { publishable: true, manageable: true });
  assert.deepEqual([film.hidden, settings.hidden], [false, false]);
});

test("of a camera that was deleted nothing is offered", async () => {
  const { root, film, settings, dialog } = page();
  serverThat(async () => Response.json({}, { status: 404 }));
  await showGone(root, "/api/cameras/7/", () => assert.fail());
  assert.deepEqual([film.hidden, settings.hidden, dialog.isOpen], [true, true, false]);
});

test("one that was disabled shows where it is enabled", async () => {
  const { root, settings } = page();
  let reloads = 0;
  serverThat(async () => Response.json({ enabled: false }));
  await showGone(root, "/api/cameras/7/", () => (reloads += 1));
  assert.deepEqual([reloads, settings.hidden], [1, false]);
});

test("what nobody knows changes nothing: offline, or more cameras than are listed", async () => {
  const { root, settings } = page();
  serverThat(() => Promise.reject(new TypeError()));
  await showGone(root, "/api/cameras/7/", () => assert.fail());
  serverThat(async () => Response.json({ enabled: true }));
  await showGone(root, "/api/cameras/7/", () => assert.fail());
  assert.equal(settings.hidden, false);
});
