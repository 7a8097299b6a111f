/** How the system is doing: for those who run it. */

import { find, setText } from "../../lib/dom.js";
import { NARROW, NONE, bytes, count, decimal, exactTime, milliseconds } from "../../lib/format.js";
import { gettext, interpolate, ngettext } from "../../lib/i18n.js";
import { since } from "./order.js";

/**
 * @typedef {object} Process
 * @property {"web" | "ingest" | "pull"} role
 * @property {string} host
 * @property {number} pid
 * @property {string | null} started ISO 8601
 * @property {number} publishers
 * @property {number} viewers
 * @property {number} loop_lag_s
 * @property {number} memory_bytes
 * @property {number} descriptors
 */

/**
 * @typedef {object} SystemState
 * @property {Process[]} processes
 * @property {{ host: string, cores: number, load: number[], disk_free_bytes: number, disk_bytes: number }} machine
 * @property {{ name: string, version: string, started: string, memory_bytes: number } | null} redis
 * @property {{ name: string, version: string }[]} versions
 */

const ROLES = { web: gettext("Web"), ingest: gettext("Ingest"), pull: gettext("IP cameras") };

/**
 * @param {HTMLElement} section
 * @param {SystemState} state
 */
export function showSystem(section, { processes, machine, redis, versions }) {
  const fact = (/** @type {string} */ name, /** @type {string} */ text) =>
    setText(find(section, `[data-fact=${name}]`, HTMLElement), text);
  const { host, cores, load, disk_free_bytes, disk_bytes } = machine;
  fact("host", host);
  fact(
    "cores",
    interpolate(ngettext("%(count)s core", "%(count)s cores", cores), { count: cores }),
  );
  fact("load", load.map((each) => decimal(each, 2)).join(`${NARROW}${NARROW} `) || NONE);
  fact("disk", interpolate(gettext("%(size)s free"), { size: bytes(disk_free_bytes) }));
  fact("disk-size", interpolate(gettext("of %(size)s"), { size: bytes(disk_bytes) }));
  fact("redis-name", redis?.name ?? "Redis");
  fact("redis-memory", redis ? bytes(redis.memory_bytes) : gettext("Unreachable"));
  fact("redis-since", redis ? sinceWords(redis.started) : "");
  showProcesses(section, processes);
  const all = versions.map(({ name, version }) => `${name} ${version}`);
  setText(find(section, "[data-part=versions]", HTMLElement), all.join(" · "));
}

/** @param {string} time */
function sinceWords(time) {
  return interpolate(gettext("since %(time)s"), { time: since(time) });
}

/**
 * @param {HTMLElement} section
 * @param {Process[]} processes
 */
function showProcesses(section, processes) {
  const body = find(section, "tbody", HTMLTableSectionElement);
  const template = find(section, "#process-row", HTMLTemplateElement);
  while (body.rows.length < processes.length) body.append(template.content.cloneNode(true));
  while (body.rows.length > processes.length) body.deleteRow(-1);
  const hosts = new Set(processes.map(({ host }) => host));
  processes.forEach((process, index) => {
    showProcess(body.rows[index], process, hosts.size > 1);
  });
}

/**
 * @param {HTMLTableRowElement} row
 * @param {Process} process
 * @param {boolean} saysHost
 */
function showProcess(row, process, saysHost) {
  const cell = (/** @type {string} */ name, /** @type {string} */ text) =>
    setText(find(row, `[data-cell=${name}]`, HTMLElement), text);
  cell("role", ROLES[process.role]);
  cell("pid", saysHost ? `${process.host} ${process.pid}` : String(process.pid));
  cell("since", since(process.started));
  cell("publishers", count(process.publishers));
  cell("viewers", count(process.viewers));
  cell("lag", milliseconds(process.loop_lag_s * 1000));
  cell("memory", bytes(process.memory_bytes));
  cell("descriptors", count(process.descriptors));
  row.title = process.started ? exactTime(Date.parse(process.started)) : "";
}
