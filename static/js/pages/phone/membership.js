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
  write: (text) => {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every WebView.
    document.cookie = `${cookieName()}=${encodeURIComponent(text)}; Path=${location.pathname}; Max-Age=${MAX_AGE_S}; SameSite=Strict${secure}`;
  },
};

const PLACES = [storage, cookie];

/** @returns {Membership | null} */
export function remembered() {
  for (const place of PLACES) {
    const found = membershipIn(read(place));
    if (found) return found;
  }
  return null;
}

/** Whether this device keeps what it is told, which is found out by trying. */
export function canRemember() {
  return PLACES.some((place) => keeps(place, read(place) ?? "{}"));
}

/** @param {Membership} membership */
export function remember(membership) {
  PLACES.some((place) => keeps(place, JSON.stringify(membership)));
}

/** The invitation's secret, which is removed from the address bar. */
export function takeSecret() {
  const secret = location.hash.slice(1);
  if (secret) history.replaceState(null, "", location.pathname);
  return secret;
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
