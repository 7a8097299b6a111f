/** By which kinds of addresses a WebRTC connection runs, never which addresses. */

/** @typedef {{ local: string, remote: string, protocol: string }} Pair kinds of candidates */

/**
 * @param {Iterable<any>} reports of `getStats()`
 * @returns {Pair | null} the pair in use
 */
export function pairInUse(reports) {
  const byId = new Map([...reports].map((report) => [report.id, report]));
  const all = [...byId.values()];
  const transport = all.find(({ type, selectedCandidatePairId: id }) => type === "transport" && id);
  // Firefox has no transport, and says it of the pair.
  const pair =
    byId.get(transport?.selectedCandidatePairId) ??
    all.find(({ type, selected }) => type === "candidate-pair" && selected);
  const local = byId.get(pair?.localCandidateId);
  const remote = byId.get(pair?.remoteCandidateId);
  if (!local || !remote) return null;
  const protocol = local.relayProtocol ?? local.protocol;
  return { local: local.candidateType, remote: remote.candidateType, protocol };
}
