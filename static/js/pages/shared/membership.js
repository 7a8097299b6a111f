/** Which camera this device films for, and by which key. Kept on the device. */

/**
 * @typedef {object} Membership
 * @property {string} camera its id
 * @property {string} key
 */

/**
 * Where it may be kept. Either may be refused: by throwing, by being null, or without a word.
 *
 * @typedef {{ read: () => string | null, write: (text: string) => void }} Place
 */

const NAME = "phone";
const MAX_AGE_S = 400 * 24 * 3600;

/** @type {Place} */
const storage = {
  read: () => localStorage.getItem(NAME),
  write: (text) => localStorage.setItem(NAME, text),
};

/**
 * For WebViews without storage. No other address of the server gets it, and as cookies are shared
 * between ports, it says whose it is.
 *
 * @type {Place}
 */
const cookie = {
  read: () => {
    const mine = document.cookie.split("; ").find((each) => each.startsWith(`${cookieName()}=`));
    return mine ? decodeURIComponent(mine.slice(cookieName().length + 1)) : null;
  },
  write: (text) => setCookie(text, MAX_AGE_S),
};

/** @returns {Membership | null} */
export function remembered() {
  // A cookie is there only since the storage refused it: what that still holds is older.
  return membershipIn(read(cookie)) ?? membershipIn(read(storage));
}

/**
 * @param {Membership} membership
 * @returns {boolean} whether this device keeps it, which is found out by trying
 */
export function remember(membership) {
  const text = JSON.stringify(membership);
  if (!keeps(storage, text)) return keeps(cookie, text);
  if (read(cookie) !== null) setCookie("", 0);
  return true;
}

/** The invitation's secret, which is removed from the address bar. */
export function takeSecret() {
  const secret = location.hash.slice(1);
  if (secret) history.replaceState(null, "", location.pathname);
  return secret;
}

/**
 * @param {string} text
 * @param {number} maxAgeS
 */
function setCookie(text, maxAgeS) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every WebView.
  document.cookie = `${cookieName()}=${encodeURIComponent(text)}; Path=${location.pathname}; Max-Age=${maxAgeS}; SameSite=Strict${secure}`;
}

function cookieName() {
  return `skysentry_phone_${location.port}`;
}

/** @param {Place} place */
function read(place) {
  try {
    return place.read();
  } catch {
    return null;
  }
}

/**
 * @param {Place} place
 * @param {string} text
 */
function keeps(place, text) {
  try {
    place.write(text);
  } catch {
    return false;
  }
  return read(place) === text;
}

/**
 * @param {string | null} text
 * @returns {Membership | null}
 */
function membershipIn(text) {
  try {
    // Devices that joined earlier know their camera by its slug.
    const { camera, slug, key } = JSON.parse(text ?? "{}");
    return key ? { camera: camera ?? slug, key } : null;
  } catch {
    // It holds something else.
    return null;
  }
}
