/** Access to the document, for the pages' modules. */

/**
 * The element that the template promises; a missing one is a bug.
 *
 * @template {Element} Kind
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function find(root, selector, kind) {
  const element = root.querySelector(selector);
  if (!(element instanceof kind)) throw new Error(`No ${kind.name} matches ${selector}`);
  return element;
}

/**
 * The data that the template left in a `json_script`.
 *
 * @param {string} id
 * @returns {any}
 */
export function pageData(id) {
  return JSON.parse(find(document, `#${id}`, HTMLScriptElement).text);
}

/**
 * The address of a WebSocket: of this server, unless it names another one.
 *
 * @param {string} address
 */
export function socketUrl(address) {
  const url = new URL(address, location.href);
  if (url.protocol === "https:") url.protocol = "wss:";
  if (url.protocol === "http:") url.protocol = "ws:";
  return url.href;
}

/**
 * Changes a text only when it differs, so that unchanged numbers cost no layout.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @returns {string} the address of the wall: a server may stand below a path */
export function homeUrl() {
  return document.body.dataset.home ?? "/";
}
