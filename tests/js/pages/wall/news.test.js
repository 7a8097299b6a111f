import assert from "node:assert/strict";
import { test } from "node:test";

import { News } from "../../../../static/js/pages/wall/news.js";

const GATE = { id: "1", name: "Gate" };

test("what is there from the start is no news, and each change after it is", () => {
  const news = new News();
  assert.equal(news.about(GATE, "live"), "");
  assert.equal(news.about(GATE, "live"), "");
  assert.equal(news.about(GATE, "lost"), "Gate is lost.");
  assert.equal(news.about(GATE, "off"), "Gate is off.");
});

test("a page that connects again has nothing to tell of a camera that is as it was", () => {
  const news = new News();
  news.about(GATE, "live");
  assert.equal(news.about(GATE, "reconnecting"), "");
  assert.equal(news.about(GATE, "live"), "");
});

test("a camera that is gone and comes back is told of as a new one", () => {
  const news = new News();
  news.about(GATE, "live");
  news.forget("1");
  assert.equal(news.about(GATE, "off"), "");
});
