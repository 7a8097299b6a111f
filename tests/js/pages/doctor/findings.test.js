import assert from "node:assert/strict";
import { test } from "node:test";

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
} from "../../../../static/js/pages/doctor/findings.js";

Object.assign(globalThis, { document: { documentElement: { lang: "en" } } });

const UDP = { local: "host", remote: "host", protocol: "udp" };
const GOOD = { state: /** @type {const} */ ("connected"), pair: UDP, roundTrip: 4 };

/**
 * @param {import("../../../../static/js/pages/doctor/findings.js").Finding} finding
 * @param {string} state
 * @param {RegExp} sentence
 */
function is({ state: found, sentence: said, advice }, state, sentence) {
  assert.equal(found, state);
  assert.match(said, sentence);
  if (state === "ok") assert.equal(advice, "");
}

test("a page that isn't secure can watch, and is told what to do", () => {
  is(ofPage(true), "ok", /secure/);
  is(ofPage(false), "warning", /no camera/);
  assert.match(ofPage(false).advice, /https/);
});

test("a camera is checked only when somebody asks", () => {
  const secure = { isSecure: true, tried: null };
  is(ofCamera({ ...secure, permission: "prompt" }), "skipped", /Not checked/);
  is(ofCamera({ ...secure, permission: null }), "skipped", /Not checked/);
  is(ofCamera({ ...secure, permission: "granted" }), "ok", /may use/);
  is(ofCamera({ ...secure, permission: "denied" }), "problem", /isn't allowed/);
  is(ofCamera({ ...secure, permission: null, isSecure: false }), "warning", /secure pages/);
});

test("what a camera did is said in the words of the page that films", () => {
  const asked = { isSecure: true, permission: null };
  is(ofCamera({ ...asked, tried: "works" }), "ok", /gives a picture/);
  is(ofCamera({ ...asked, tried: "busy" }), "problem", /Another program/);
  is(ofCamera({ ...asked, tried: "none" }), "problem", /no camera/);
});

test("codecs are named, and missing ones are no more than a warning", () => {
  const all = { encodes: ["h264", "vp8"], decodes: ["vp8"], isSecure: true };
  is(ofCodecs(all), "ok", /sends H\.264, VP8 and shows VP8\./);
  is(ofCodecs({ ...all, encodes: [] }), "warning", /shows VP8, but films in single/);
  const none = { encodes: [], decodes: [], isSecure: false };
  is(ofCodecs(none), "warning", /single pictures only/);
  assert.match(ofCodecs(none).advice, /https/);
  assert.match(ofCodecs({ ...none, isSecure: true }).advice, /current Chrome/);
});

test("storage is kept or not", () => {
  is(ofStorage(true), "ok", /remembers/);
  is(ofStorage(false), "warning", /stores nothing/);
});

test("a connection that fails says how it failed", () => {
  is(ofConnection({ problem: null, roundTrip: 12 }), "ok", /after 12\sms/);
  is(ofConnection({ problem: null, roundTrip: 400 }), "warning", /only after 400\sms/);
  is(ofConnection({ problem: "closed" }), "problem", /No WebSocket/);
  is(ofConnection({ problem: "silent" }), "problem", /nothing came back/);
  is(ofConnection({ problem: "full" }), "problem", /more connections/);
  assert.match(ofConnection({ problem: "closed" }).advice, /proxy/);
});

test("clocks may differ a little, either way", () => {
  is(ofClock({ problem: null, offset: -400 }), "ok", /within 400\sms/);
  is(ofClock({ problem: null, offset: 5000 }), "ok", /within 5\ss/);
  is(ofClock({ problem: null, offset: -120_000 }), "warning", /2\smin apart/);
  is(ofClock({ problem: "closed" }), "skipped", /no connection/);
});

test("the way of WebRTC is named by its kind", () => {
  is(ofDirect(GOOD), "ok", /UDP reaches the server directly/);
  is(ofDirect({ ...GOOD, pair: { ...UDP, local: "prflx" } }), "ok", /a router/);
  is(ofDirect({ ...GOOD, pair: { ...UDP, local: "relay", protocol: "tcp" } }), "ok", /TCP.*TURN/);
  is(ofDirect({ ...GOOD, pair: { ...UDP, remote: "relay" } }), "ok", /TURN/);
  is(ofDirect({ ...GOOD, pair: null, roundTrip: null }), "ok", /directly/);
});

test("without WebRTC filming still works, so that it's a warning", () => {
  is(ofDirect({ state: "failed" }), "warning", /UDP doesn't reach/);
  is(ofDirect({ state: "unavailable" }), "warning", /no test connection/);
  is(ofDirect({ state: "unsupported" }), "warning", /no WebRTC/);
  is(ofDirect(null), "skipped", /Sign in/);
});

test("speed is that of the better way, and low in either direction is too low", () => {
  is(ofSpeed({ up: 5e5, down: 9e6, direct: 4e6 }), "ok", /4\.0\sMbit\/s to the server, 9\.0/);
  is(ofSpeed({ up: 5e5, down: 9e6, direct: null }), "warning", /Only 500\skbit\/s/);
  is(ofSpeed({ up: 5e6, down: 3e5, direct: null }), "warning", /300\skbit\/s from it/);
  is(ofSpeed(null), "skipped", /Sign in/);
});

test("the summary counts problems, and else says what is left to do", () => {
  /** @param {("ok" | "warning" | "problem" | "skipped")[]} states */
  const summary = (...states) => summaryOf(states.map((state) => ({ state })));
  assert.match(summary("problem", "ok"), /^There is 1 problem/);
  assert.match(summary("problem", "warning", "problem"), /^There are 2 problems/);
  assert.match(summary("skipped", "warning"), /could be better/);
  assert.equal(summary("ok", "skipped"), "No problems found.");
});
