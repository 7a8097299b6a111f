/** What is copied into a report of a bug: findings in words, and nothing that is private. */

/** @typedef {import("./findings.js").Finding} Finding */

/**
 * @param {Finding[]} findings
 * @param {(state: Finding["state"]) => string} word
 * @param {{ versions: string, browser: string, at: Date }} about versions: of the server, "" where
 *   it doesn't tell
 */
export function reportOf(findings, word, { versions, browser, at }) {
  const lines = findings.map(
    ({ title, state, sentence }) => `${word(state)}: ${title}. ${sentence}`,
  );
  const head = [versions || "SkySentry", browser, at.toISOString()];
  return [...head, "", ...lines].join("\n");
}
