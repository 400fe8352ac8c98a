"""The keys by which the platform vouches for what it publishes: certificates, credentials, heads of the journal.

One folder (`SIGNING_KEYS`), one key pair a purpose, so that a leak in one place says nothing about the other. Beside
each private key (mode 0600) a small JSON file holds its public half and its life: `not_before`, `retired_on`,
`compromised_on`. A retired key still proves what it signed; a compromised one proves nothing, because whoever stole
it writes the date they want. PDF readers only know X.509, so a PDF key also has a certificate, signed by itself.
"""

import fcntl
import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils import timezone
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from ecoquartier.core import clock
from ecoquartier.core.env import SettingError
from ecoquartier.core.text import long_date

ALGORITHM = "ES256"
# A demonstration replays past campaigns: its keys must be older than anything they are made to sign.
DEMO_EPOCH = date(2009, 1, 1)
_CREATE = "lancez «\u00a0python manage.py signing_keys --create\u00a0»"


class Purpose(StrEnum):
    """What a key may sign; the value is also the beginning of its file names."""

    PDF = "pdf"
    CREDENTIALS = "credentials"
    JOURNAL = "journal"


@dataclass(frozen=True)
class KeyLife:
    """From when a key signs, and when it stopped being used or being trusted."""

    not_before: date
    retired_on: date | None = None
    compromised_on: date | None = None

    def may_sign(self, on: date) -> bool:
        """Tell whether new signatures may be made that day."""
        return self.not_before <= on and (self.retired_on is None or on < self.retired_on) and not self.compromised_on

    def objection(self, signed_on: date) -> str | None:
        """Say in French why a signature of that day proves nothing, or nothing if it does."""
        if self.compromised_on:
            return (
                f"La clé qui a signé est déclarée compromise depuis le {long_date(self.compromised_on)}\u00a0: "
                "elle ne prouve plus rien, quelle que soit la date affichée."
            )
        if signed_on < self.not_before:
            return f"La date de signature précède la mise en service de la clé, le {long_date(self.not_before)}."
        if self.retired_on and signed_on > self.retired_on:
            return f"La clé qui a signé avait été retirée le {long_date(self.retired_on)}, avant cette signature."
        return None


@dataclass(frozen=True, kw_only=True)
class TrustedKey:
    """What a verifier accepts: a public key, the certificate of a seal, or both; `life` is unknown out of a ring."""

    kid: str = ""
    public: ECKey | None = None
    certificate: x509.Certificate | None = None
    life: KeyLife | None = None


@dataclass(frozen=True, kw_only=True)
class SigningKey(TrustedKey):
    """A key pair of the folder; the private half is read only when it signs."""

    purpose: Purpose
    path: Path
    public: ECKey
    life: KeyLife

    @cached_property
    def private(self) -> ECKey:
        """The private key; refused when every account of the machine can read its file."""
        path = self.path
        try:
            if path.stat().st_mode & 0o007:
                raise SettingError(f"La clé {path} est lisible par tous\u00a0: lancez «\u00a0chmod 600 {path}\u00a0».")
            return ECKey.import_key(path.read_bytes())
        except OSError as error:
            raise SettingError(f"La clé {path} ne peut pas être lue ({error.strerror}).") from error
        except (ValueError, TypeError, JoseError) as error:
            raise SettingError(f"La clé {path} n’est pas une clé privée EC, en PEM et sans mot de passe.") from error


@dataclass(frozen=True)
class KeyRing:
    """All the keys of a folder, oldest first."""

    folder: Path
    keys: tuple[SigningKey, ...]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the public halves and lives of every key of `folder`; empty when there is none."""
        keys = [_read_key(path) for purpose in Purpose for path in folder.glob(f"{purpose}-*.json")]
        return cls(folder, tuple(sorted(keys, key=lambda key: (key.life.not_before, key.kid))))

    def of(self, purpose: Purpose | str) -> list[SigningKey]:
        """List the keys of one purpose, oldest first, retired and compromised ones included."""
        return [key for key in self.keys if key.purpose == purpose]

    def active(self, purpose: Purpose | str, at: datetime) -> SigningKey:
        """Return the key that signs at that instant: the newest in service."""
        day = platform_day(at)
        usable = [key for key in self.of(purpose) if key.life.may_sign(day)]
        if not usable:
            raise SettingError(f"Aucune clé {purpose} pour le {long_date(day)} dans {self.folder}\u00a0: {_CREATE}.")
        return usable[-1]

    def trusted(self, purpose: Purpose | str) -> list[TrustedKey]:
        """List what verifiers of one purpose accept."""
        return [*self.of(purpose)]

    def trusted_pem(self) -> bytes:
        """Return the certificates to give to those who verify PDFs."""
        seals = [key.certificate for key in self.of(Purpose.PDF) if not key.life.compromised_on]
        return b"".join(seal.public_bytes(Encoding.PEM) for seal in seals if seal)


def signing_keys() -> KeyRing:
    """Return the keys of this platform; a demonstration or an embedded database makes them on the first run.

    Raises `SettingError`, with a French sentence, where an operator has to make them.
    """
    folder = Path(settings.SIGNING_KEYS)
    ring = KeyRing.load(folder)
    if all(ring.of(purpose) for purpose in Purpose):
        return ring
    if settings.DEMO or settings.EMBEDDED_SERVER is not None:
        return create_keys(folder, owner=owner_name(), not_before=DEMO_EPOCH)
    raise SettingError(
        f"Les clés de signature manquent dans {folder}\u00a0: {_CREATE}, ou indiquez leur dossier avec SIGNING_KEYS."
    )


def owner_name() -> str:
    """Name the platform in its X.509 certificates: the host people know it by."""
    host = urlsplit(settings.BASE_URL).netloc
    return f"Démonstration {host}" if settings.DEMO else host


def create_keys(folder: Path, *, owner: str, not_before: date) -> KeyRing:
    """Make the key of each purpose that has none in service that day, and return the ring.

    Safe when two processes start at once: the second waits, then finds the keys of the first.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ring = KeyRing.load(folder)
        for purpose in Purpose:
            if not any(key.life.may_sign(not_before) for key in ring.of(purpose)):
                _write_key(folder, purpose, owner, not_before)
        return KeyRing.load(folder)


def trust_from_pem(data: bytes) -> list[TrustedKey]:
    """Read the certificates of a PEM file; raise ValueError when it holds none."""
    return [TrustedKey(certificate=certificate) for certificate in x509.load_pem_x509_certificates(data)]


def platform_day(at: datetime) -> date:
    """Return the day of an instant for the platform, whatever territory's time is shown to the person who asks."""
    return at.astimezone(timezone.get_default_timezone()).date()


def _write_key(folder: Path, purpose: Purpose, owner: str, not_before: date) -> None:
    """Make a key; its public JSON comes last, because a key exists once it is there."""
    private = ec.generate_private_key(ec.SECP256R1())
    key = ECKey.import_key(private)
    jwk = key.as_dict(private=False, kid=key.thumbprint(), alg=ALGORITHM, use="sig")
    path = folder / f"{purpose}-{key.thumbprint()[:12]}.key"
    _write(path, key.as_pem(private=True), 0o600)
    if purpose == Purpose.PDF:
        certificate = _self_signed(private, owner, not_before)
        _write(path.with_suffix(".pem"), certificate.public_bytes(Encoding.PEM), 0o644)
    record = {"purpose": purpose, **asdict(KeyLife(not_before)), "jwk": jwk}
    _write(path.with_suffix(".json"), json.dumps(record, indent=2, default=str).encode(), 0o644)


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write a file whole or not at all; it never exists with a wider mode, even for an instant."""
    draft = path.with_name(f".{path.name}")
    draft.touch(mode, exist_ok=False)
    draft.write_bytes(content)
    draft.rename(path)


def _read_key(path: Path) -> SigningKey:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        dates = {name: record[name] and date.fromisoformat(record[name]) for name in KeyLife.__dataclass_fields__}
        public, pem = ECKey.import_key(record["jwk"]), path.with_suffix(".pem")
        return SigningKey(
            kid=public.thumbprint(),
            purpose=Purpose(record["purpose"]),
            life=KeyLife(**dates),
            public=public,
            path=path.with_suffix(".key"),
            certificate=x509.load_pem_x509_certificate(pem.read_bytes()) if pem.exists() else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError, JoseError) as error:
        raise SettingError(f"Le fichier {path} ne décrit pas une clé\u00a0: {error}.") from error


def _self_signed(private: ec.EllipticCurvePrivateKey, owner: str, not_before: date) -> x509.Certificate:
    """Return the certificate of a key that seals PDFs and issues nothing."""
    public = private.public_key()
    fields = {
        NameOID.COUNTRY_NAME: "FR",
        NameOID.ORGANIZATION_NAME: owner,
        NameOID.COMMON_NAME: f"Cachet ÉcoQuartier, {owner}",
    }
    # X.520 allows no more than 64 bytes in a name.
    name = x509.Name([x509.NameAttribute(k, v.encode()[:64].decode(errors="ignore")) for k, v in fields.items()])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        # The day begins earlier in Paris than in UTC.
        .not_valid_before(datetime.combine(not_before, time(), UTC) - timedelta(days=1))
        .not_valid_after(clock.now() + timedelta(days=20 * 365))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        # Digital signature and content commitment, of nine usages.
        .add_extension(x509.KeyUsage(True, True, *[False] * 7), critical=True)
        .sign(private, hashes.SHA256())
    )
