/** What this browser keeps for its person; where storage is switched off or full, for as long as the page. */

/** @type {Map<string, string>} */
const unkept = new Map();

/**
 * @param {string} key
 * @returns {any} null without anything
 */
export function kept(key) {
  try {
    return JSON.parse(unkept.get(key) ?? localStorage.getItem(key) ?? "null");
  } catch (error) {
    // Storage is switched off, or holds something else.
    if (!(error instanceof DOMException || error instanceof SyntaxError)) throw error;
    return null;
  }
}

/**
 * @param {string} key
 * @param {any} value
 */
export function keep(key, value) {
  const text = JSON.stringify(value);
  try {
    localStorage.setItem(key, text);
    unkept.delete(key);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    unkept.set(key, text);
  }
}
