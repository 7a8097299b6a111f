// The page of /api/docs/: Swagger UI, from our own server.

const place = /** @type {HTMLElement} */ (document.getElementById("api"));
const { SwaggerUIBundle } = /** @type {any} */ (window);

/**
 * As whoever is signed in, as the pages themselves do.
 *
 * @param {{ method?: string, headers: Record<string, string> }} request
 */
function withCsrfToken(request) {
  if (request.method && request.method !== "GET") {
    request.headers["X-CSRFToken"] = place.dataset.csrf ?? "";
  }
  return request;
}

SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  // It would ask a server elsewhere.
  validatorUrl: null,
  deepLinking: true,
  requestInterceptor: withCsrfToken,
});
