/** What of a source's form is sent to try it. */

/**
 * Only what was written: an empty password is the one that the server keeps.
 *
 * @param {FormData} fields
 * @returns {Record<string, FormDataEntryValue | null>}
 */
export function written(fields) {
  const [address, user, password] = ["address", "user", "password"].map((name) => fields.get(name));
  return password || !user ? { address, user, password } : { address, user };
}
