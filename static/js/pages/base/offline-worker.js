/**
 * The service worker. It keeps one page, which is shown when another one can't be loaded; everything
 * else goes to the server or comes from the browser's own cache, as without it. And it opens the camera
 * whose notification somebody chooses.
 */

/**
 * @typedef {object} Offline
 * @property {string} page address of the page
 * @property {string[]} files what the page needs
 * @property {string} version of all static files, and the language
 */

const scope = /** @type {ServiceWorkerGlobalScope & { offline: Offline }} */ (
  /** @type {unknown} */ (globalThis)
);
const { files, page, version } = scope.offline;
const PREFIX = "skysentry-offline-";
const CACHE = PREFIX + version;

scope.addEventListener("install", (event) => event.waitUntil(fill()));
scope.addEventListener("activate", (event) => event.waitUntil(takeOver()));
scope.addEventListener("fetch", (event) => {
  const { method, mode } = event.request;
  if (mode === "navigate" && method === "GET") event.respondWith(visit(event));
});

scope.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openPage(event.notification.data.url));
});

async function fill() {
  const cache = await caches.open(CACHE);
  await cache.add(new Request(page, { cache: "no-cache" }));
  // Their addresses change with them: the browser's own cache keeps them, and never asks.
  await Promise.all(files.map((file) => fetch(file)));
  await scope.skipWaiting();
}

async function takeOver() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  // The server is asked while this worker starts: it costs no time.
  await scope.registration.navigationPreload?.enable();
  await scope.clients.claim();
}

/** @param {FetchEvent} event */
async function visit({ preloadResponse, request }) {
  try {
    return (await preloadResponse) ?? (await fetch(request));
  } catch (error) {
    const kept = await caches.match(page);
    if (kept) return kept;
    throw error;
  }
}

/** @param {string} address of a camera's page: one that is open already comes to the front */
async function openPage(address) {
  const { href } = new URL(address, scope.location.href);
  const pages = await scope.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = pages.find(({ url }) => url.split(/[?#]/)[0] === href);
  await (open ? open.focus() : scope.clients.openWindow(href));
}
