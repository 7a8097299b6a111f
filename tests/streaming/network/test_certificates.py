from __future__ import annotations

import asyncio
import os
import ssl
import stat
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from streaming.network import certificates
from tests.streaming.waiting import end, until

NAMES = ["localhost", "127.0.0.1", "::1", "garage", "garage.local", "192.168.7.5", "fd00::5"]
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    certificates.ensure(tmp_path, NAMES, NOW)
    return tmp_path


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "LOOK_EVERY_S", 0.01)


def leaf(var: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificates(certificates.chain(var).read_bytes())[0]


def authority(var: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(certificates.authority_certificate(var))


def handshake(var: Path, name: str, trusted: bytes | None = None) -> None:
    """Raises ssl.SSLError unless a strict client that trusts the authority likes `name`."""
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(certificates.chain(var))
    client_context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client_context.verify_flags |= ssl.VERIFY_X509_STRICT
    pem = trusted or certificates.authority_certificate(var)
    client_context.load_verify_locations(cadata=pem.decode())
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname=name)
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    waiting = [client, server]
    for _ in range(4):
        for side in [*waiting]:
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            waiting.remove(side)
    assert waiting == []


@pytest.mark.parametrize("name", NAMES)
def test_who_trusts_the_authority_trusts_every_address(made: Path, name: str) -> None:
    handshake(made, name)


@pytest.mark.parametrize("name", ["192.168.7.6", "somebody.example"])
def test_no_other_address_is_vouched_for(made: Path, name: str) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(made, name)


def test_without_trust_there_is_a_warning(made: Path, tmp_path_factory) -> None:
    other = tmp_path_factory.mktemp("other")
    certificates.ensure(other, NAMES)
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(made, "localhost", certificates.authority_certificate(other))


@pytest.mark.parametrize("name", ["bank.example", "93.184.215.14"])
def test_the_authority_cannot_vouch_for_what_is_not_local(
    made: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    certificates.ensure(made, [*NAMES, name], NOW)
    handshake(made, "localhost")
    # Even with its key in the wrong hands.
    monkeypatch.setattr(certificates, "_is_within", lambda *_: True)
    certificates.ensure(made, [*NAMES, name], NOW)
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        handshake(made, name)


@pytest.mark.parametrize("name", ["garage.home.example", "93.184.215.14"])
def test_this_machine_is_vouched_for_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    certificates.ensure(tmp_path, [name], NOW)
    handshake(tmp_path, name)


def test_phones_accept_its_life_and_use(made: Path) -> None:
    certificate = leaf(made)
    life = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert life <= timedelta(days=397)
    assert certificate.not_valid_before_utc < NOW
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]


def test_the_authority_signs_no_other_authority(made: Path) -> None:
    basic = authority(made).extensions.get_extension_for_class(x509.BasicConstraints)
    assert basic.critical
    assert basic.value == x509.BasicConstraints(ca=True, path_length=0)


def test_only_the_certificate_is_for_everybody(made: Path) -> None:
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (made / "tls").iterdir()}
    assert modes == {"authority.key": 0o600, "server.pem": 0o600, "authority.crt": 0o644}
    assert b"PRIVATE" not in certificates.authority_certificate(made)


def test_what_is_good_is_kept(made: Path) -> None:
    before = leaf(made)
    assert not certificates.ensure(made, [*reversed(NAMES)], NOW + timedelta(days=360))
    assert leaf(made) == before


@pytest.mark.parametrize(
    ("names", "later"),
    [
        (NAMES, timedelta(days=370)),
        (NAMES, timedelta(days=500)),
        ([*NAMES, "192.168.8.9"], timedelta()),
        (NAMES[:-1], timedelta()),
    ],
)
def test_time_and_other_addresses_renew_the_certificate_and_not_the_authority(
    made: Path, names: Sequence[str], later: timedelta
) -> None:
    before, trusted = leaf(made), certificates.authority_certificate(made)
    assert certificates.ensure(made, names, NOW + later)
    assert leaf(made) != before
    assert certificates.authority_certificate(made) == trusted


@pytest.mark.parametrize("text", ["", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_a_damaged_certificate_is_made_anew(made: Path, text: str) -> None:
    certificates.chain(made).write_text(text)
    assert certificates.ensure(made, NAMES, NOW)
    handshake(made, "localhost")


@pytest.mark.parametrize("name", ["authority.key", "authority.crt"])
@pytest.mark.parametrize("text", [None, "", "nonsense"])
def test_a_damaged_authority_is_not_replaced_in_silence(
    made: Path, name: str, text: str | None
) -> None:
    path = made / "tls" / name
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(certificates.Damaged, match=r"Delete .*authority\.key and .*authority\.crt"):
        certificates.ensure(made, NAMES, NOW)


def test_an_authority_of_another_key_is_damaged(made: Path, tmp_path_factory) -> None:
    other = tmp_path_factory.mktemp("other")
    certificates.ensure(other, NAMES, NOW)
    os.replace(other / "tls" / "authority.crt", made / "tls" / "authority.crt")
    with pytest.raises(certificates.Damaged, match="do not belong together"):
        certificates.ensure(made, NAMES, NOW)


def test_an_authority_that_has_expired_is_told_of(made: Path) -> None:
    with pytest.raises(certificates.Damaged, match="has expired"):
        certificates.ensure(made, NAMES, NOW + timedelta(days=3651))


async def test_a_renewed_certificate_is_loaded(made: Path) -> None:
    loaded: list[bool] = []
    path = certificates.chain(made)
    following = asyncio.create_task(certificates.follow(path, lambda: loaded.append(True)))
    # It has begun to look.
    await asyncio.sleep(0)
    certificates.ensure(made, NAMES[:-1], NOW)
    await until(lambda: loaded == [True])
    await end(following)


async def test_a_running_system_renews_in_time(tmp_path: Path) -> None:
    certificates.ensure(tmp_path, NAMES, NOW - timedelta(days=370))
    old = leaf(tmp_path)
    keeping = asyncio.create_task(certificates.keep(tmp_path, NAMES))
    await until(lambda: leaf(tmp_path) != old)
    await end(keeping)


async def test_a_running_system_outlives_a_damaged_authority(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    certificates.ensure(tmp_path, NAMES, NOW - timedelta(days=370))
    trusted = certificates.authority_certificate(tmp_path)
    crt = tmp_path / "tls" / "authority.crt"
    crt.write_text("nonsense")
    keeping = asyncio.create_task(certificates.keep(tmp_path, NAMES))
    await until(lambda: "cannot be renewed" in caplog.text)
    crt.write_bytes(trusted)
    await until(lambda: leaf(tmp_path).not_valid_before_utc > NOW - timedelta(days=2))
    await end(keeping)


async def test_a_certificate_that_is_gone_is_waited_for(made: Path) -> None:
    loaded: list[bool] = []
    path = certificates.chain(made)
    following = asyncio.create_task(certificates.follow(path, lambda: loaded.append(True)))
    await asyncio.sleep(0)
    path.unlink()
    # It has looked, and found nothing.
    await asyncio.sleep(3 * certificates.LOOK_EVERY_S)
    certificates.ensure(made, NAMES, NOW)
    await until(lambda: loaded == [True])
    await end(following)
