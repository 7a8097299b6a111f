/** Which camera this device films for, and by which key. Kept on the device. */

/** @typedef {{ slug: string, key: string }} Membership */

const NAME = "phone";

/** @returns {Membership | null} */
export function remembered() {
  try {
    return JSON.parse(localStorage.getItem(NAME) ?? "null");
  } catch {
    // Storage is switched off, or holds something else.
    return null;
  }
}

/** @param {Membership} membership */
export function remember(membership) {
  try {
    localStorage.setItem(NAME, JSON.stringify(membership));
  } catch {
    // Storage is switched off: it lasts as long as the page.
  }
}

/** The invitation's secret, which is removed from the address bar. */
export function takeSecret() {
  const secret = location.hash.slice(1);
  if (secret) history.replaceState(null, "", location.pathname);
  return secret;
}
