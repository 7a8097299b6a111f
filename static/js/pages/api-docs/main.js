// The page of /api/docs/: Swagger UI, from our own server.

import { nameParameters } from "./parameter-names.js";
import { plainNames } from "./plain-names.js";
import { followTheme } from "./theme.js";

const place = /** @type {HTMLElement} */ (document.getElementById("api"));
const { SwaggerUIBundle } = /** @type {any} */ (window);

/**
 * Acts as the person who is signed in, as the pages do.
 *
 * @param {{ method?: string, headers: Record<string, string> }} request
 */
function withCsrfToken(request) {
  if (request.method && request.method !== "GET") {
    request.headers["X-CSRFToken"] = place.dataset.csrf ?? "";
  }
  return request;
}

followTheme(document.documentElement, matchMedia("(prefers-color-scheme: dark)"));
SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  // It would ask somebody else's server.
  validatorUrl: null,
  deepLinking: true,
  plugins: [plainNames],
  requestInterceptor: withCsrfToken,
});
new MutationObserver(() => nameParameters(place)).observe(place, {
  childList: true,
  subtree: true,
});
