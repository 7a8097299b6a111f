import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import {
  CameraError,
  cameraPermission,
  listCameras,
  openCamera,
} from "../../../../static/js/publish/device/camera.js";

const SIZE = { width: 640, height: 480, frameRate: 30 };
const browser = /** @type {any} */ (globalThis);

/** @type {any[]} */
let asked;
let isCoarse = false;
let refusal = "";

beforeEach(() => {
  asked = [];
  isCoarse = false;
  refusal = "";
  const mediaDevices = {
    getUserMedia: async (/** @type {any} */ { video }) => {
      asked.push(video);
      if (refusal) throw new DOMException("", refusal);
      return "stream";
    },
    enumerateDevices: async () => [
      { kind: "videoinput", deviceId: "one" },
      { kind: "videoinput", deviceId: "" },
      { kind: "audioinput", deviceId: "two" },
    ],
  };
  Object.assign(browser, { isSecureContext: true, matchMedia: () => ({ matches: isCoarse }) });
  Object.defineProperty(browser, "navigator", { value: { mediaDevices }, configurable: true });
});

/** @param {string} problem */
const because = (problem) => (/** @type {unknown} */ error) =>
  error instanceof CameraError && error.problem === problem;

test("the camera that was chosen is asked for at its size, another one only where it may be", async () => {
  await openCamera({ deviceId: "one" }, true, SIZE);
  await openCamera({ facingMode: "user" }, false, SIZE);
  assert.deepEqual(asked[0].deviceId, { exact: "one" });
  assert.deepEqual(asked[1].facingMode, { ideal: "user" });
  assert.deepEqual(asked[0].width, { ideal: 640 });
});

test("a camera is not asked to cut its picture to the size wanted, however far off its own is", async () => {
  await openCamera({ deviceId: "one" }, true, SIZE);
  assert.deepEqual(asked[0].resizeMode, { exact: "none" });
});

test("only phones are asked for zoom", async () => {
  await openCamera({ deviceId: "one" }, true, SIZE);
  isCoarse = true;
  await openCamera({ deviceId: "one" }, true, SIZE);
  assert.deepEqual(
    asked.map(({ zoom }) => zoom),
    [undefined, true],
  );
});

for (const [name, problem] of [
  ["NotAllowedError", "denied"],
  ["NotFoundError", "none"],
  ["NotReadableError", "busy"],
  ["SomethingNew", "failed"],
]) {
  test(`what the browser calls ${name} is a camera that is ${problem}`, async () => {
    refusal = name;
    await assert.rejects(openCamera({ facingMode: "user" }, false, SIZE), because(problem));
  });
}

test("the one camera that is wanted and not there is unplugged", async () => {
  refusal = "NotFoundError";
  await assert.rejects(openCamera({ deviceId: "one" }, true, SIZE), because("unplugged"));
});

test("a page that is not secure, or has no cameras at all, says so", async () => {
  browser.isSecureContext = false;
  await assert.rejects(openCamera({ deviceId: "one" }, true, SIZE), because("insecure"));
  browser.isSecureContext = true;
  Object.defineProperty(browser, "navigator", { value: {}, configurable: true });
  await assert.rejects(openCamera({ deviceId: "one" }, true, SIZE), because("unsupported"));
});

test("cameras are those that the visitor has allowed", async () => {
  assert.deepEqual(await listCameras(), [{ kind: "videoinput", deviceId: "one" }]);
});

test("a browser that cannot tell whether it may, is not asked", async () => {
  assert.equal(await cameraPermission(), null);
});
