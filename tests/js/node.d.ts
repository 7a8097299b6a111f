// Node's own modules: used by the tests only, and untyped here, since their types would change
// those of the browser's timers.
declare module "node:*";

declare const process: { env: Record<string, string> };
