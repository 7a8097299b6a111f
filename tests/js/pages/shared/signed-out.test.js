import assert from "node:assert/strict";
import { test } from "node:test";

import { markTrouble } from "../../../../static/js/pages/shared/troubles.js";

/** As much of an element as a notice is made of. */
class FakeElement {
  /** @type {any[]} */
  children = [];
  className = "";
  href = "";
  textContent = "";

  /** @param {any[]} children */
  append(...children) {
    this.children.push(...children);
  }

  /** @param {any} child */
  prepend(child) {
    this.children.unshift(child);
  }

  querySelector() {
    return this.children.find(({ className }) => className.includes("signed-out")) ?? null;
  }
}

test("a page that is signed out says so once, with a button to sign in", () => {
  const main = new FakeElement();
  const document = {
    body: { dataset: { signIn: "/accounts/login/" } },
    createElement: () => new FakeElement(),
    querySelector: () => main,
  };
  Object.assign(globalThis, { document, location: { pathname: "/dashboard/", search: "?a=1" } });
  const page = /** @type {any} */ ({ dataset: { state: "live" } });
  const chip = /** @type {any} */ ({ textContent: "" });
  markTrouble(page, chip, "signed_out");
  markTrouble(page, chip, "signed_out");
  assert.deepEqual([page.dataset.state, chip.textContent], ["stale", "Signed out"]);
  assert.equal(main.children.length, 1);
  const [_icon, words, link] = main.children[0].children[0].children;
  assert.match(words, /no longer updated/);
  assert.equal(link.href, "/accounts/login/?next=%2Fdashboard%2F%3Fa%3D1");
  assert.equal(link.textContent, "Sign in");
});
