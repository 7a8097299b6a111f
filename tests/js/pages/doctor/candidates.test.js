import assert from "node:assert/strict";
import { test } from "node:test";

import { pairInUse } from "../../../../static/js/pages/doctor/candidates.js";

const LOCAL = { id: "l", type: "local-candidate", candidateType: "srflx", protocol: "udp" };
const REMOTE = { id: "r", type: "remote-candidate", candidateType: "host", address: "192.0.2.7" };
const PAIR = { id: "p", type: "candidate-pair", localCandidateId: "l", remoteCandidateId: "r" };
const OTHER = { ...PAIR, id: "o", localCandidateId: "r", remoteCandidateId: "l" };
const KINDS = { local: "srflx", remote: "host", protocol: "udp" };

test("the transport says which pair is in use", () => {
  const transport = { id: "t", type: "transport", selectedCandidatePairId: "p" };
  assert.deepEqual(pairInUse([LOCAL, REMOTE, OTHER, PAIR, transport]), KINDS);
});

test("Firefox says it of the pair", () => {
  assert.deepEqual(pairInUse([LOCAL, REMOTE, OTHER, { ...PAIR, selected: true }]), KINDS);
});

test("a relay is reached by a protocol of its own", () => {
  const relay = { ...LOCAL, candidateType: "relay", relayProtocol: "tls" };
  const found = pairInUse([relay, REMOTE, { ...PAIR, selected: true }]);
  assert.deepEqual(found, { ...KINDS, local: "relay", protocol: "tls" });
});

test("there may be none", () => {
  assert.equal(pairInUse([LOCAL, REMOTE, PAIR]), null);
  assert.equal(pairInUse([]), null);
});
