import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import {
  Permission,
  ability,
} from "../../../../../static/js/pages/shared/notifications/permission.js";

class FakeButton extends EventTarget {
  hidden = true;
}
class FakeElement {
  textContent = "";
}

/** What the browser answers when it asks its person. */
let answer = "granted";
const button = new FakeButton();
const sentence = new FakeElement();
const root = /** @type {any} */ ({
  querySelector: (/** @type {string} */ selector) =>
    selector.includes("action") ? button : sentence,
});
let granted = 0;

beforeEach(() => {
  granted = 0;
  Object.assign(globalThis, {
    HTMLButtonElement: FakeButton,
    HTMLElement: FakeElement,
    isSecureContext: true,
    Notification: {
      permission: "default",
      async requestPermission() {
        Object.assign(Notification, { permission: answer });
      },
    },
  });
  Object.defineProperty(globalThis, "navigator", { value: { locks: {} }, configurable: true });
});

test("a page over http says so, whatever the browser could", () => {
  Object.assign(globalThis, { isSecureContext: false });
  assert.equal(ability(), "insecure");
  new Permission(root, () => {}).show(true);
  assert.match(sentence.textContent, /over https, or on localhost/);
  assert.equal(button.hidden, true);
});

test("a browser without notifications says so", () => {
  Reflect.deleteProperty(globalThis, "Notification");
  new Permission(root, () => {}).show(true);
  assert.match(sentence.textContent, /can't show notifications/);
});

test("nothing is said to whoever wants none", () => {
  new Permission(root, () => {}).show(false);
  assert.deepEqual([sentence.textContent, button.hidden], ["", true]);
});

test("the browser asks only after a press, and its answer is shown", async () => {
  answer = "granted";
  const permission = new Permission(root, () => {
    granted += 1;
  });
  permission.show(true);
  assert.deepEqual([button.hidden, Notification.permission, granted], [false, "default", 0]);
  await permission.ask();
  assert.deepEqual([button.hidden, granted], [true, 1]);
  assert.match(sentence.textContent, /even in the background/);
});

test("a browser that blocks them is told of, and not asked again", async () => {
  answer = "denied";
  const permission = new Permission(root, () => {
    granted += 1;
  });
  permission.show(true);
  await permission.ask();
  answer = "granted";
  await permission.ask();
  assert.deepEqual([button.hidden, granted, ability()], [true, 0, "denied"]);
  assert.match(sentence.textContent, /blocks notifications/);
});
