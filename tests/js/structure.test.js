/** What may import what, and where the tests are: docs/architecture.md, "Where a new file goes". */

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { posix } from "node:path";
import { test } from "node:test";

const SCRIPTS = new URL("../../static/js/", import.meta.url);
const TEMPLATES = new URL("../../templates/", import.meta.url);

/** Each layer may import those before it; publish and watch know nothing of each other. */
const LAYERS = [["lib"], ["protocol"], ["publish", "watch"], ["pages"]];

/** Modules without a test of their own, by the reason for it. */
const UNTESTED = {
  "What it does is to a document: the pages are opened by tests/e2e and tests/screenshots.py": [
    "lib/copy.js",
    "pages/account/add-passkey.js",
    "pages/account/main.js",
    "pages/add-phone/main.js",
    "pages/api-docs/main.js",
    "pages/base/head-start.js",
    "pages/base/offline-worker.js",
    "pages/base/offline.js",
    "pages/base/theme-first.js",
    "pages/cameras/main.js",
    "pages/capture/main.js",
    "pages/camera-history/charts.js",
    "pages/camera-history/events.js",
    "pages/camera-history/main.js",
    "pages/camera-history/numbers.js",
    "pages/dashboard/main.js",
    "pages/dashboard/rows.js",
    "pages/dashboard/system.js",
    "pages/disabled/main.js",
    "pages/doctor/main.js",
    "pages/offline/main.js",
    "pages/group/main.js",
    "pages/kiosk/main.js",
    "pages/link/main.js",
    "pages/phone/main.js",
    "pages/secret/main.js",
    "pages/share/main.js",
    "pages/shared/capture/check.js",
    "pages/shared/capture/controls.js",
    "pages/shared/capture/lens.js",
    "pages/shared/capture/look.js",
    "pages/shared/capture/page.js",
    "pages/shared/capture/view.js",
    "pages/shared/tile.js",
    "pages/shared/notifications/start.js",
    "pages/shared/watching.js",
    "pages/sign-in/main.js",
    "pages/source/main.js",
    "pages/viewer/main.js",
    "pages/viewer/notification.js",
    "pages/viewer/rendition.js",
    "pages/viewer/sheet.js",
    "pages/viewer/stage-bar.js",
    "pages/viewer/tools.js",
    "pages/viewers/main.js",
    "pages/wall/alarm-menu.js",
    "pages/wall/chrome.js",
    "pages/wall/cursor.js",
    "pages/wall/drag.js",
    "pages/wall/folded.js",
    "pages/wall/keys.js",
    "pages/wall/kiosk.js",
    "pages/wall/main.js",
    "pages/wall/pager.js",
    "pages/wall/screen-page.js",
    "pages/wall/switch.js",
    "pages/wall/view-menu.js",
    "pages/wall/wall-tile.js",
    "pages/welcome/main.js",
  ],
  "Only a worker, or what stands for one, around a host that is tested": [
    "pages/shared/notifications/ticker-worker.js",
    "publish/encoding/encoder-worker.js",
    "publish/encoding/page-canvas.js",
    "publish/encoding/page-encoder-host.js",
    "watch/render/page-render-host.js",
    "watch/render/render-worker.js",
  ],
  "Only data, which the tests of those who use it read": [
    "protocol/codecs/jpeg.js",
    "protocol/codecs/vp8.js",
    "protocol/transports.js",
  ],
  "publish/connection/connection.test.js, streaming.test.js and walk.test.js drive it": [
    "publish/connection/links.js",
  ],
  "publish/connection/upgrade.test.js walks it": ["publish/connection/upgrade-states.js"],
  "publish/encoding/capture.test.js takes pictures through it": ["publish/encoding/pictures.js"],
  "publish/encoding/video.test.js encodes with it": ["publish/encoding/video-encoder.js"],
  "Between page and worker, which only a browser has: tests/e2e": ["publish/encoding/pipeline.js"],
};

const modules = readdirSync(SCRIPTS, { recursive: true })
  .map((/** @type {string} */ path) => path.replaceAll("\\", "/"))
  .filter((/** @type {string} */ path) => /\.(js|d\.ts)$/.test(path))
  .sort();
const scripts = modules.filter((/** @type {string} */ path) => path.endsWith(".js"));

/** @param {string} path */
function read(path) {
  return readFileSync(new URL(path, SCRIPTS), "utf8");
}

/** @param {string} path */
function code(path) {
  return read(path).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}

/**
 * @param {string} path
 * @param {string} source of the module
 * @returns {string[]} what it imports, or gives to a worker
 */
function imports(path, source) {
  const named = source.matchAll(/(?:from|import|import\(|new URL\()\s*"(\.[^"]+)"/g);
  return [...named].map(([, other]) => posix.join(posix.dirname(path), other));
}

/** @param {string} path */
function folderOf(path) {
  return path.split("/")[0];
}

/** @param {string} path */
function layerOf(path) {
  return LAYERS.findIndex((folders) => folders.includes(folderOf(path)));
}

/** Of every module all that it imports, types too. */
const edges = modules.flatMap((/** @type {string} */ path) =>
  imports(path, read(path)).map((other) => [path, other]),
);

test("there is something to look at", () => {
  assert.ok(modules.length > 80 && edges.length > 200);
});

test("each module is in a layer", () => {
  const lost = modules.filter((/** @type {string} */ path) => layerOf(path) < 0);
  assert.deepEqual(lost, []);
});

test("what is imported is there", () => {
  for (const [path, other] of edges) {
    const isThere = modules.includes(other) || modules.includes(other.replace(/\.js$/, ".d.ts"));
    assert.ok(isThere, `${path} imports ${other}`);
  }
});

test("no layer imports a later one, and publish and watch not each other", () => {
  for (const [path, other] of edges) {
    const isDown = layerOf(other) < layerOf(path) || folderOf(other) === folderOf(path);
    assert.ok(isDown, `${path} imports ${other}`);
  }
});

test("no page imports from another one; what several share is in pages/shared", () => {
  const pageOf = (/** @type {string} */ path) => path.split("/")[1];
  for (const [path, other] of edges) {
    if (folderOf(path) !== "pages" || folderOf(other) !== "pages") continue;
    const isOwn = pageOf(other) === pageOf(path) || pageOf(other) === "shared";
    assert.ok(isOwn, `${path} imports ${other}`);
  }
});

test("connection and device know nothing of each other, nor of encoding", () => {
  for (const [path, other] of edges) {
    const from = posix.dirname(path).split("/").slice(0, 2).join("/");
    if (from !== "publish/connection" && from !== "publish/device") continue;
    const isAlien = other.startsWith("publish/") && !other.startsWith(`${from}/`);
    assert.ok(!isAlien || other === "publish/worker-messages.js", `${path} imports ${other}`);
  }
});

test("no module imports itself by way of others", () => {
  /** @type {Map<string, string[]>} */
  const graph = new Map(
    scripts.map((/** @type {string} */ path) => [path, imports(path, code(path))]),
  );
  const done = new Set();
  /** @param {string} path @param {string[]} way */
  const visit = (path, way) => {
    assert.ok(!way.includes(path), [...way, path].join(" -> "));
    if (done.has(path)) return;
    for (const other of graph.get(path) ?? []) visit(other, [...way, path]);
    done.add(path);
  };
  for (const path of scripts) visit(path, []);
});

test("the protocol knows no document", () => {
  for (const path of scripts) {
    if (folderOf(path) !== "protocol") continue;
    assert.doesNotMatch(code(path), /\b(document|window|HTML\w+)\b/, path);
  }
});

test("each page has its main.js, which is all that templates ask for", () => {
  const pages = new Set(
    scripts
      .filter((/** @type {string} */ path) => folderOf(path) === "pages")
      .map((/** @type {string} */ path) => path.split("/")[1]),
  );
  pages.delete("shared");
  const mains = [...pages].map((page) => `pages/${page}/main.js`);
  assert.deepEqual([...asked()].sort(), mains.sort());
  for (const main of mains) assert.ok(scripts.includes(main), main);
});

/** @returns {Set<string>} our scripts that templates name, but the one before the first paint */
function asked() {
  const found = new Set();
  for (const name of readdirSync(TEMPLATES, { recursive: true })) {
    if (!name.endsWith(".html")) continue;
    const template = readFileSync(new URL(name, TEMPLATES), "utf8");
    for (const [, path] of template.matchAll(/["']js\/([^"']+\.js)["']/g)) found.add(path);
  }
  assert.ok(found.delete("pages/base/theme-first.js"));
  return found;
}

const untested = Object.values(UNTESTED).flat();

/** @param {string} path */
function hasTest(path) {
  return existsSync(new URL(path.replace(/\.js$/, ".test.js"), import.meta.url));
}

test("each module has its test, or a reason why not", () => {
  for (const path of scripts) {
    assert.ok(hasTest(path) || untested.includes(path), `${path} has no test`);
  }
});

test("no reason is given for what has a test, or is not there", () => {
  for (const path of untested) assert.ok(scripts.includes(path) && !hasTest(path), path);
});
