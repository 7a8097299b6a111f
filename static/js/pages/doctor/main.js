/** The doctor: finds out in this browser, and asks the server, why something doesn't work. */

import { find, pageData, setText, socketUrl } from "../../lib/dom.js";
import { gettext } from "../../lib/i18n.js";
import { CameraError, cameraPermission, openCamera } from "../../publish/device/camera.js";
import { encodableCodecs } from "../../publish/encoding/encoder-config.js";
import { decodableCodecs } from "../../watch/decoding/decoders.js";
import { remembered } from "../shared/membership.js";
import {
  ofCamera,
  ofClock,
  ofCodecs,
  ofConnection,
  ofDirect,
  ofPage,
  ofSpeed,
  ofStorage,
  summaryOf,
} from "./findings.js";
import { Line, LineError } from "./line.js";
import { reportOf } from "./report.js";
import { testDirect } from "./test-peer.js";

/** @typedef {import("./findings.js").Finding} Finding */

/** Each way. */
const FILL_MS = 1500;
const PICTURE_MS = 5000;
/** The server promises its answer within 5 s. */
const SERVER_MS = 10_000;
/** What `fetch` and `json` throw: no network or a refusal, no JSON, too late. */
const NO_ANSWER = [TypeError, SyntaxError, DOMException];
const SIZE = { width: 1280, height: 720, frameRate: 30 };
const RATES = { bitRate: 2_000_000, frameRate: 30 };
/** Of what is stored, and removed again. */
const TRIAL = "doctor";

/** @type {Record<Finding["state"], string>} */
const STATES = {
  ok: gettext("OK"),
  warning: gettext("Warning"),
  problem: gettext("Problem"),
  skipped: gettext("Not checked"),
};

/** @type {{ sockets: string[], server: string, signedIn: boolean }} */
const data = pageData("doctor-data");
const root = find(document, ".doctor", HTMLElement);
const again = find(root, "[data-action=again]", HTMLButtonElement);
const copy = find(root, "[data-action=copy]", HTMLButtonElement);
const checkCamera = find(root, "[data-action=camera]", HTMLButtonElement);
const template = find(root, "template", HTMLTemplateElement);
/** What is shown, by check. @type {Map<string, Finding>} */
const shown = new Map();

async function run() {
  again.disabled = copy.disabled = checkCamera.disabled = true;
  root.dataset.done = "";
  shown.clear();
  say(gettext("Checking. This takes a few seconds."));
  try {
    await Promise.all([checkBrowser(), checkNetwork(), checkServer()]);
    removeOld();
    say(summaryOf(shown.values()));
    root.dataset.done = "yes";
  } finally {
    again.disabled = copy.disabled = checkCamera.disabled = false;
  }
}

/** What an earlier check found, and this one didn't get to. */
function removeOld() {
  for (const row of rows()) if (!shown.has(row.dataset.check ?? "")) row.remove();
}

async function checkBrowser() {
  show("browser", ofPage(isSecureContext));
  await showCamera(null);
  const [encodes, decodes] = await Promise.all([encodableCodecs(SIZE, RATES), decodableCodecs()]);
  show("browser", ofCodecs({ encodes, decodes, isSecure: isSecureContext }));
  show("browser", ofStorage(isStored()));
}

/** @param {"works" | import("../../publish/device/camera.js").Problem | null} tried */
async function showCamera(tried) {
  const permission = isSecureContext ? ((await cameraPermission())?.state ?? null) : null;
  show("browser", ofCamera({ isSecure: isSecureContext, permission, tried }));
}

function isStored() {
  try {
    localStorage.setItem(TRIAL, TRIAL);
    const isThere = localStorage.getItem(TRIAL) === TRIAL;
    localStorage.removeItem(TRIAL);
    return isThere;
  } catch {
    // Storage is switched off, or full.
    return false;
  }
}

async function checkNetwork() {
  for (const address of data.sockets) {
    // One after the other: each fills the line.
    if (!(await checkLine(socketUrl(address)))) return;
  }
}

/**
 * @param {string} url
 * @returns {Promise<boolean>} whether the line is there
 */
async function checkLine(url) {
  const line = new Line(url);
  try {
    const { may_fill: mayFill, ice_servers: iceServers } = await greeted(line);
    const times = { problem: null, ...(await line.measureTime()) };
    show("network", ofConnection(times));
    show("network", ofClock(times));
    await fill(line, mayFill, iceServers);
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    show("network", ofConnection({ problem: error.problem }));
    show("network", ofClock({ problem: error.problem }));
    return false;
  } finally {
    line.close();
  }
  return true;
}

/** @param {Line} line */
async function greeted(line) {
  const hello = await line.opened();
  const membership = remembered();
  return hello.may_fill || !membership ? hello : line.identify(membership);
}

/**
 * @param {Line} line
 * @param {boolean} mayFill
 * @param {RTCIceServer[]} iceServers
 */
async function fill(line, mayFill, iceServers) {
  const signIn = root.querySelector("[data-part=sign-in]");
  if (signIn) /** @type {HTMLElement} */ (signIn).hidden = mayFill;
  if (!mayFill) {
    show("network", ofDirect(null));
    show("network", ofSpeed(null));
    return;
  }
  const direct = await testDirect(iceServers, (sdp) => line.offer(sdp), FILL_MS);
  show("network", ofDirect(direct));
  const [up, down] = [await line.upload(FILL_MS), await line.download(FILL_MS)];
  show("network", ofSpeed({ up, down, direct: direct.bitsPerSecond ?? null }));
}

async function checkServer() {
  if (!data.server) return;
  try {
    const response = await fetch(data.server, {
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(SERVER_MS),
    });
    if (!response.ok) throw new TypeError(response.statusText);
    const { findings, versions } = await response.json();
    root.dataset.versions = versions;
    for (const finding of findings) show("server", finding);
  } catch (error) {
    if (!NO_ANSWER.some((kind) => error instanceof kind)) throw error;
    show("server", {
      check: "server",
      title: gettext("Server"),
      state: "problem",
      sentence: gettext("The server didn't answer."),
      advice: gettext("Run python3 manage.py doctor on it."),
    });
  }
}

async function tryCamera() {
  checkCamera.disabled = true;
  try {
    const stream = await openCamera({ facingMode: "environment" }, false, SIZE);
    try {
      await showCamera((await givesPicture(stream)) ? "works" : "failed");
    } finally {
      for (const track of stream.getTracks()) track.stop();
    }
  } catch (error) {
    if (!(error instanceof CameraError)) throw error;
    await showCamera(error.problem);
  } finally {
    checkCamera.disabled = false;
  }
  say(summaryOf(shown.values()));
}

/** @param {MediaStream} stream */
async function givesPicture(stream) {
  const video = document.createElement("video");
  video.muted = video.playsInline = true;
  video.srcObject = stream;
  const came = new Promise((resolve) => video.addEventListener("loadeddata", () => resolve(true)));
  const late = new Promise((resolve) => setTimeout(() => resolve(false), PICTURE_MS));
  void video.play().catch(() => {});
  const isThere = await Promise.race([came, late]);
  video.srcObject = null;
  return isThere;
}

/**
 * @param {"browser" | "network" | "server"} section
 * @param {Finding} finding
 */
function show(section, finding) {
  const { check, title, state, sentence, advice, places = [] } = finding;
  shown.set(check, finding);
  const list = find(root, `[data-section=${section}]`, HTMLElement);
  const row = list.querySelector(`[data-check=${check}]`) ?? newRow(list, check);
  /** @type {HTMLElement} */ (row).dataset.state = state;
  setText(find(row, "[data-part=state]", HTMLElement), STATES[state]);
  setText(find(row, "[data-part=title]", HTMLElement), title);
  setText(find(row, "[data-part=sentence]", HTMLElement), sentence);
  setText(find(row, "[data-part=advice]", HTMLElement), advice);
  setText(find(row, "[data-part=places]", HTMLElement), places.join("  "));
}

/**
 * @param {HTMLElement} list
 * @param {string} check
 */
function newRow(list, check) {
  const row = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const element = find(row, "[data-check]", HTMLElement);
  element.dataset.check = check;
  if (check === "camera") find(element, "[data-part=action]", HTMLElement).append(checkCamera);
  checkCamera.hidden = false;
  list.append(element);
  return element;
}

/** @param {string} text */
function say(text) {
  setText(find(root, "[data-part=summary]", HTMLElement), text);
}

/** @returns {HTMLElement[]} */
function rows() {
  return [.../** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-check]"))];
}

/** @returns {Finding[]} as they stand on the page */
function inOrder() {
  const found = rows().map((row) => shown.get(row.dataset.check ?? ""));
  return found.filter((finding) => finding !== undefined);
}

async function copyReport() {
  const { versions = "" } = root.dataset;
  const about = { versions, browser: navigator.userAgent, at: new Date() };
  const report = reportOf(inOrder(), (state) => STATES[state], about);
  const field = find(root, "[data-part=report]", HTMLTextAreaElement);
  field.value = report;
  // Insecure pages have no clipboard: there a person copies the selected text.
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(report);
    say(gettext("Report copied."));
  } else {
    field.hidden = false;
    field.focus();
    field.select();
    say(gettext("Copy the selected text."));
  }
}

again.addEventListener("click", () => void run());
copy.addEventListener("click", () => void copyReport());
checkCamera.addEventListener("click", () => void tryCamera());
void run();
