"""What the doctor says of its findings: a sentence, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from streaming.domain.doctor import Check, Finding, Found, Verdict

CHECKS: Mapping[Check, Promise] = {
    Check.SERVING: _("Server"),
    Check.ADDRESSES: pgettext_lazy("of a server", "Addresses"),
    Check.PROXY: _("Reverse proxy"),
    Check.CERTIFICATE: _("Certificate"),
    Check.PROCESSES: _("Processes"),
    Check.REDIS: _("Redis"),
    Check.DATABASE: _("Database"),
    Check.DISK: _("Disk"),
    Check.DESCRIPTORS: _("Open files"),
    Check.UDP_PORTS: _("UDP ports"),
    Check.ICE_SERVERS: _("STUN and TURN servers"),
}

VERDICTS: Mapping[Verdict, Promise] = {
    Verdict.OK: pgettext_lazy("result of a check", "OK"),
    Verdict.WARNING: pgettext_lazy("result of a check", "Warning"),
    Verdict.PROBLEM: pgettext_lazy("result of a check", "Problem"),
}


@dataclass(frozen=True, slots=True)
class Words:
    sentence: Promise
    #: None where nothing has to be done.
    advice: Promise | None = None


FOUND: Mapping[Found, Words] = {
    Found.NO_ANSWER: Words(
        _("This check didn't finish (%(error)s)."),
        _("Run it again. If this stays, look at the server's log."),
    ),
    Found.SERVING: Words(_("Ports that answer: %(ports)s.")),
    Found.OTHER_SERVER: Words(_("Runs under another server than serve.")),
    Found.NOT_RUNNING: Words(
        _("SkySentry isn't running with this folder of data."),
        _("Start it with: %(manage)s serve. If another server runs it, ignore this."),
    ),
    Found.PORTS_CLOSED: Words(
        _("Nothing answers on port %(ports)s."),
        _(
            "Check that no firewall on this machine blocks it, and restart serve. Its log says why"
            " it can't listen."
        ),
    ),
    Found.SECURE_FOR_OTHERS: Words(_("Other devices can watch and film over https.")),
    Found.INSECURE_FOR_OTHERS: Words(
        _("Other devices can watch, but they can't film: browsers allow no camera without https."),
        _("Start serve with --tls, or put a reverse proxy with a certificate in front of it."),
    ),
    Found.BEHIND_A_PROXY: Words(_("Other devices come through the reverse proxy.")),
    Found.ONLY_HERE: Words(
        _("Only this machine can open SkySentry."),
        _("For other devices, start serve with --tls."),
    ),
    Found.NO_PROXY: Words(_("This page came straight from the server.")),
    Found.PROXY_TRUSTED: Words(_("The proxy is trusted: visitors keep their own addresses.")),
    Found.PROXY_NOT_TRUSTED: Words(
        _(
            "A proxy forwards this page, but the server doesn't trust it: all visitors share the"
            " proxy's address and its limits, and https may look like http."
        ),
        _("Add the proxy's address to TRUSTED_PROXIES and restart the server."),
    ),
    Found.CERTIFICATE_GOOD: Words(_("Valid for another %(days)s days.")),
    Found.CERTIFICATE_LATE: Words(
        ngettext_lazy(
            "Valid for only %(days)s more day, and not renewed.",
            "Valid for only %(days)s more days, and not renewed.",
            "days",
        ),
        _("Check that serve runs and can write to its folder of data. Its log says what failed."),
    ),
    Found.CERTIFICATE_EXPIRED: Words(
        _("The certificate has expired, so browsers refuse the page."),
        _("Restart serve: it makes a new one."),
    ),
    Found.CERTIFICATE_MISSING: Words(
        _("TLS is on, but there is no certificate that can be read."),
        _("Start serve: it makes one. Check that it can write to its folder of data."),
    ),
    Found.PROCESSES_GOOD: Words(_("Running: %(web)s web, %(ingest)s ingest.")),
    Found.PROCESSES_SLOW: Words(
        _("A process was %(lag_ms)s ms late within the last ten seconds, so pictures stutter."),
        _("The machine is too busy. Stop other programs, or start more web or ingest processes."),
    ),
    Found.NO_INGEST: Words(
        _("No ingest process runs, so no camera can connect by WebRTC."),
        _(
            "Start one with: %(manage)s ingest. serve starts one by itself, and its log says why it"
            " ended."
        ),
    ),
    Found.REDIS_GOOD: Words(_("%(name)s answers and uses %(megabytes)s MB.")),
    Found.REDIS_SLOW: Words(
        _("Redis took %(ms)s ms to answer. Each frame passes through it, so pictures come late."),
        _("Run Redis on this machine or nearby, and check what else keeps it busy."),
    ),
    Found.REDIS_FULL: Words(
        _("Redis has used %(percent)s %% of its memory limit. When it's full, frames are lost."),
        _("Raise maxmemory, or give SkySentry a Redis of its own."),
    ),
    Found.REDIS_EVICTS: Words(
        _("Redis deletes data when it's full (%(policy)s), so cameras may seem to be off."),
        _("Set maxmemory-policy to noeviction."),
    ),
    Found.REDIS_AWAY: Words(
        _("Redis can't be reached, so no live picture passes."),
        _("Start Redis, and check REDIS_URL. Without REDIS_URL, serve starts one of its own."),
    ),
    Found.DATABASE_GOOD: Words(_("%(name)s can be read and written, and is up to date.")),
    Found.DATABASE_OLD: Words(
        _("The database isn't up to date. Missing migrations: %(count)s."),
        _("Run: %(manage)s migrate. Then restart the server."),
    ),
    Found.DATABASE_READ_ONLY: Words(
        _("The database can be read, but not written."),
        _("Free space on its disk, and check who else holds it and who owns its file."),
    ),
    Found.DATABASE_AWAY: Words(
        _("The database can't be reached, so nobody can sign in."),
        _("Start the database, and check DATABASE_URL."),
    ),
    Found.DISK_GOOD: Words(_("%(gigabytes)s GB free.")),
    Found.DISK_LOW: Words(
        _("Only %(megabytes)s MB free."),
        _("Delete what you don't need, or move the folder of data."),
    ),
    Found.DISK_FULL: Words(
        _("Only %(megabytes)s MB free: the database may no longer be written."),
        _("Delete what you don't need, or move the folder of data."),
    ),
    Found.DESCRIPTORS_GOOD: Words(_("The system allows %(allowed)s for each process.")),
    Found.DESCRIPTORS_FEW: Words(
        _("The system allows %(allowed)s for each process. The settings need %(needed)s."),
        _("Raise the limit (LimitNOFILE in systemd, ulimit -Hn), or lower SKYSENTRY_CONNECTIONS."),
    ),
    Found.UDP_ANY: Words(_("The system chooses a port for each camera.")),
    Found.UDP_FREE: Words(_("%(free)s of %(total)s are free for cameras.")),
    Found.UDP_FEW: Words(
        _("Only %(free)s of %(total)s are free: each camera needs one."),
        _("Widen SKYSENTRY_UDP_PORTS, here and in the firewall."),
    ),
    Found.UDP_TAKEN: Words(
        _("All %(total)s are taken, so no further camera can connect by WebRTC."),
        _("Widen SKYSENTRY_UDP_PORTS, here and in the firewall."),
    ),
    Found.ICE_NONE: Words(_("None are set. Cameras need them only behind strict networks.")),
    Found.ICE_ANSWER: Words(_("All answer: %(total)s.")),
    Found.ICE_SILENT: Words(
        _("No answer from %(silent)s of %(total)s, so connecting takes longer or fails."),
        _("Check SKYSENTRY_ICE_SERVERS, and that these servers run and aren't blocked."),
    ),
}


def as_data(finding: Finding, manage: str = "python3 manage.py") -> dict[str, Any]:
    """For JSON, in the language of the moment; `manage` is how its reader runs manage.py.

    `places` are for who looks at it now, and no part of a report.
    """
    words, values = FOUND[finding.found], {**finding.values, "manage": manage}
    return {
        "check": finding.check.value,
        "title": str(CHECKS[finding.check]),
        "state": finding.verdict.value,
        "sentence": _filled(words.sentence, values),
        "advice": _filled(words.advice, values) if words.advice else "",
        "places": list(finding.places),
    }


def _filled(text: Promise, values: Mapping[str, Any]) -> str:
    # Not of str(text): one with a plural form is chosen by its number.
    return str(cast(Any, text) % values)
