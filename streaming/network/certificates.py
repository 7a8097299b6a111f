"""The certificate of the TLS listener, and the small local authority that signs it.

A device that trusts the authority once trusts every later certificate of this server, and, by the
authority's name constraints, nothing beyond this machine and the local network.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import os
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cameras.errors import reason_of

logger = logging.getLogger(__name__)

AUTHORITY_LIFE = timedelta(days=3650)
#: Apple's devices refuse more than 398 days.
LEAF_LIFE = timedelta(days=397)
RENEW_BEFORE_END = timedelta(days=30)
#: A device whose clock is slow must not see a certificate of tomorrow.
_BACKDATED = timedelta(days=1)
#: How often a running system looks whether the certificate is to be renewed, or has been.
LOOK_EVERY_S = 3600.0

#: What every authority may vouch for: addresses that no stranger's site has.
_LOCAL_NETWORKS = (
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
)
_LOCAL_DOMAINS = ("localhost", "local")

_COMMON_NAME_LENGTH = 64

_Key = ec.EllipticCurvePrivateKey


class Damaged(Exception):
    """A file of the authority cannot be used; the text says what to do."""


def folder(var_dir: Path) -> Path:
    return var_dir / "tls"


def authority_certificate(var_dir: Path) -> bytes:
    """What devices may trust, as PEM. Raises FileNotFoundError before the first start with TLS."""
    return _authority_path(var_dir).read_bytes()


def chain(var_dir: Path) -> Path:
    """The file of the TLS listener: its key, its certificate and the authority's."""
    return folder(var_dir) / "server.pem"


def ensure(var_dir: Path, names: Sequence[str], now: datetime | None = None) -> bool:
    """Makes what is missing, and the certificate anew when `names` or time ask for it.

    Returns whether there is a new certificate. Raises Damaged.
    """
    now = now or datetime.now(UTC)
    folder(var_dir).mkdir(mode=0o700, parents=True, exist_ok=True)
    key, authority = _authority(var_dir, names, now)
    wanted = _subject_alternatives(names, authority)
    if _is_good(chain(var_dir), authority, wanted, now):
        return False
    _write(chain(var_dir), _leaf(key, authority, wanted, now))
    return True


async def keep(var_dir: Path, names: Sequence[str]) -> None:
    """Renews the certificate in time, for as long as the system runs."""
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        try:
            await asyncio.to_thread(ensure, var_dir, names)
        except (Damaged, OSError) as error:
            # What is served is good for another month, and cameras are live.
            logger.error(
                "The certificate of the TLS listener cannot be renewed: %s", reason_of(error)
            )


async def follow(path: Path, load: Callable[[], None]) -> None:
    """Calls `load` whenever the file has been renewed."""
    known = _changed_at(path)
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        if (current := _changed_at(path)) not in (known, None):
            known = current
            load()


def _changed_at(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return None


# --- the authority


def _authority_path(var_dir: Path) -> Path:
    return folder(var_dir) / "authority.crt"


def _authority(var_dir: Path, names: Sequence[str], now: datetime) -> tuple[_Key, x509.Certificate]:
    key_path, path = folder(var_dir) / "authority.key", _authority_path(var_dir)
    if not key_path.exists() and not path.exists():
        key, certificate = _new_authority(names, now)
        _write(key_path, _pem_of_key(key))
        _write(path, _pem(certificate), mode=0o644)
        return key, certificate
    with _damage_explained(key_path, path):
        key = _load_key(key_path.read_bytes())
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        if certificate.public_key() != key.public_key():
            raise ValueError("key and certificate do not belong together")
        if certificate.not_valid_after_utc <= now:
            raise ValueError("the certificate has expired")
    return key, certificate


@contextlib.contextmanager
def _damage_explained(key_path: Path, path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, TypeError) as error:
        raise Damaged(
            f"The local certificate authority cannot be used ({error}). Delete {key_path} and "
            f"{path}, and start again: a new one is made, which devices have to trust anew."
        ) from error


def _new_authority(names: Sequence[str], now: datetime) -> tuple[_Key, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    # And this machine's own names, which may be none of the local ones.
    own = dict.fromkeys([*_LOCAL_DOMAINS, *_LOCAL_NETWORKS, *names])
    permitted = [_subtree(each) for each in own]
    name = _name(f"SkySentry on {socket.gethostname()}"[:_COMMON_NAME_LENGTH])
    certificate = (
        _builder(name, name, key.public_key(), now, now + AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, excluded_subtrees=None), critical=True)
        .add_extension(_key_identifier(key), critical=False)
        .sign(key, hashes.SHA256())
    )
    return key, certificate


def _subtree(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_network(name))
    except ValueError:
        return x509.DNSName(name)


# --- the listener's certificate


def _subject_alternatives(
    names: Sequence[str], authority: x509.Certificate
) -> list[x509.GeneralName]:
    """Those of `names` that the authority may vouch for: one too many would spoil them all."""
    permitted = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    subtrees = [subtree.value for subtree in permitted.permitted_subtrees or ()]
    return [
        x509.IPAddress(ipaddress.ip_address(name)) if _is_address(name) else x509.DNSName(name)
        for name in dict.fromkeys(names)
        if any(_is_within(name, subtree) for subtree in subtrees)
    ]


def _is_within(name: str, subtree: object) -> bool:
    if isinstance(subtree, str):
        return f".{name}".endswith(f".{subtree}") and not _is_address(name)
    assert isinstance(subtree, ipaddress.IPv4Network | ipaddress.IPv6Network)
    return _is_address(name) and ipaddress.ip_address(name) in subtree


def _is_good(
    path: Path, authority: x509.Certificate, wanted: list[x509.GeneralName], now: datetime
) -> bool:
    """Whether the file may serve on; a damaged one is no loss, and replaced like an old one."""
    try:
        text = path.read_bytes()
        key, leaf = _load_key(text), x509.load_pem_x509_certificate(text)
        leaf.verify_directly_issued_by(authority)
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except Exception:
        # `cryptography` raises more kinds than it documents for bytes that are no certificate.
        return False
    return (
        key.public_key() == leaf.public_key()
        and set(names) == set(wanted)
        and leaf.not_valid_after_utc - now >= RENEW_BEFORE_END
    )


def _leaf(
    authority_key: _Key,
    authority: x509.Certificate,
    names: list[x509.GeneralName],
    now: datetime,
) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    end = min(now + LEAF_LIFE - _BACKDATED, authority.not_valid_after_utc)
    certificate = (
        _builder(_name("SkySentry"), authority.subject, key.public_key(), now, end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(_key_identifier(key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
                _key_identifier(authority_key)
            ),
            critical=False,
        )
        .sign(authority_key, hashes.SHA256())
    )
    return _pem_of_key(key) + _pem(certificate) + _pem(authority)


# --- parts of both


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    now: datetime,
    end: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(end)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _key_identifier(key: _Key) -> x509.SubjectKeyIdentifier:
    return x509.SubjectKeyIdentifier.from_public_key(key.public_key())


def _load_key(text: bytes) -> _Key:
    key = serialization.load_pem_private_key(text, password=None)
    if not isinstance(key, _Key):
        raise ValueError("the key is not one of ours")
    return key


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _pem_of_key(key: _Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _write(path: Path, text: bytes, mode: int = 0o600) -> None:
    """All of it or nothing, and never readable for longer than it may be."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            os.fchmod(file.fileno(), mode)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise
