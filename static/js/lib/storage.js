/** What this browser keeps for its person; where storage is switched off, for as long as the page. */

/** @type {Map<string, string>} */
const unkept = new Map();

/**
 * @param {string} key
 * @returns {any} null without anything
 */
export function kept(key) {
  return JSON.parse(read(key) ?? "null");
}

/**
 * @param {string} key
 * @param {any} value
 */
export function keep(key, value) {
  const text = JSON.stringify(value);
  try {
    localStorage.setItem(key, text);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    unkept.set(key, text);
  }
}

/** @param {string} key */
function read(key) {
  try {
    return localStorage.getItem(key);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return unkept.get(key);
  }
}
