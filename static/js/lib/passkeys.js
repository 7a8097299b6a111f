/** Passkeys, in browsers that read and write them as JSON. */

/** @typedef {PublicKeyCredential & { toJSON(): object }} Answer */

/** What went wrong is that the person changed their mind, or the page moved on. */
const NOT_WANTED = ["AbortError", "NotAllowedError"];

/** @returns {boolean} whether this browser can */
export function hasPasskeys() {
  return typeof globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON === "function";
}

/** @returns {Promise<boolean>} whether it offers them in the name's field, too */
export async function offersInField() {
  return (await PublicKeyCredential.isConditionalMediationAvailable?.()) ?? false;
}

/**
 * @param {PublicKeyCredentialCreationOptionsJSON} options as the server gave them
 * @returns {Promise<string>} the answer, as JSON. Throws DOMException.
 */
export async function make(options) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return asJson(await navigator.credentials.create({ publicKey }));
}

/**
 * @param {PublicKeyCredentialRequestOptionsJSON} options as the server gave them
 * @param {CredentialRequestOptions} [more]
 * @returns {Promise<string>} the answer, as JSON. Throws DOMException.
 */
export async function ask(options, more = {}) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return asJson(await navigator.credentials.get({ ...more, publicKey }));
}

/** @param {unknown} error */
export function isNotWanted(error) {
  return error instanceof DOMException && NOT_WANTED.includes(error.name);
}

/** @param {Credential | null} credential */
function asJson(credential) {
  return JSON.stringify(/** @type {Answer} */ (credential).toJSON());
}
