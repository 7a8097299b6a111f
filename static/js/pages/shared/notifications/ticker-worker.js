/** Ticks: in a page that is hidden, browsers let timers run once a minute, but not those of workers. */

const EVERY_MS = 5000;

setInterval(() => postMessage(null), EVERY_MS);
