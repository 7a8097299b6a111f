/** For whom a page was made. */

/**
 * Sent along by a page that asks again and again: without it, somebody who has signed out since
 * would get the answers of a visitor, as if their cameras were gone (PageAuthentication).
 *
 * @returns {Record<string, string>}
 */
export function personHeaders() {
  const { person } = document.body.dataset;
  return person ? { "X-Signed-In": person } : {};
}
