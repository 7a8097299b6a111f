/** What is copied into a report of a bug: findings in words, and nothing that is private. */

/** @typedef {import("./findings.js").Finding} Finding */

/**
 * @param {Finding[]} findings
 * @param {(state: Finding["state"]) => string} word
 * @param {{ browser: string, at: Date }} about
 */
export function reportOf(findings, word, { browser, at }) {
  const lines = findings.map(
    ({ title, state, sentence }) => `${word(state)}: ${title}. ${sentence}`,
  );
  return [`SkySentry, ${at.toISOString()}`, browser, "", ...lines].join("\n");
}
