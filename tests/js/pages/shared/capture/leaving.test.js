import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { leadsAway } from "../../../../../static/js/pages/shared/capture/leaving.js";

const browser = /** @type {any} */ (globalThis);

class FakeLink {
  download = false;
  target = "";

  /** @param {string} href */
  constructor(href) {
    this.path = href;
    this.href = `https://here${href}`;
  }

  closest() {
    return this;
  }

  hasAttribute() {
    return this.download;
  }

  getAttribute() {
    return this.path;
  }
}

before(() => Object.assign(browser, { Element: FakeLink, HTMLAnchorElement: FakeLink }));
after(() => {
  delete browser.Element;
  delete browser.HTMLAnchorElement;
});

/** @param {FakeLink | null} target @param {object} [click] */
function leads(target, click) {
  return leadsAway(/** @type {any} */ ({ target, button: 0, ...click }));
}

test("a plain click on a link leads away", () => {
  assert.equal(leads(new FakeLink("/")), "https://here/");
});

test("other clicks and links leave the page where it is", () => {
  assert.equal(leads(null), null);
  assert.equal(leads(new FakeLink("#content")), null);
  assert.equal(leads(new FakeLink("/"), { ctrlKey: true }), null);
  assert.equal(leads(new FakeLink("/"), { button: 1 }), null);
  assert.equal(leads(new FakeLink("/"), { defaultPrevented: true }), null);
  assert.equal(leads(Object.assign(new FakeLink("/"), { target: "_blank" })), null);
  assert.equal(leads(Object.assign(new FakeLink("/"), { download: true })), null);
});
