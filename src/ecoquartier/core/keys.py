"""The keys by which the platform vouches for what it publishes: certificates, credentials, the journal's heads.

One folder (`SIGNING_KEYS`), one key pair a purpose, so that a leak in one place says nothing about the others. Beside
each private key (mode 0600) a small JSON file holds its public half and its life: `not_before`, `retired_on`,
`compromised_on`. A retired key still proves what it signed; a compromised one proves nothing, because whoever stole
it writes the date they want. PDF readers only know X.509, so the PDF keys also have a certificate, issued by an
authority of ours whose key may be kept off the machine once the seals are made.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.utils import timezone

from ecoquartier.core import jose
from ecoquartier.core.env import SettingError
from ecoquartier.core.text import long_date
from ecoquartier.core.x509_issue import issue_authority, issue_seal

# A demonstration replays past campaigns: its keys must be older than anything they are made to sign.
DEMO_EPOCH = date(2009, 1, 1)

_AUTHORITY = "authority"


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


@dataclass(frozen=True)
class TrustedKey:
    """The public half of a key that a verifier accepts; `life` is unknown for a key given in a file."""

    kid: str
    public: ec.EllipticCurvePublicKey
    certificate: x509.Certificate | None = None
    life: KeyLife | None = None

    def verifies(self, data: bytes, signature: str) -> bool:
        """Tell whether `signature` (base64url, r then s) was made over `data` by this key."""
        return jose.verifies(self.public, data, signature)


@dataclass(frozen=True)
class SigningKey:
    """A key pair of the folder; the private half is read only when it signs."""

    kid: str
    purpose: Purpose
    life: KeyLife
    jwk: dict[str, str]
    path: Path
    certificate: x509.Certificate | None = None

    @cached_property
    def private(self) -> ec.EllipticCurvePrivateKey:
        """The private key; refused when every account of the machine can read its file."""
        return _read_private(self.path)

    @property
    def trusted(self) -> TrustedKey:
        """The public half, for verifiers."""
        return TrustedKey(self.kid, jose.public_from_jwk(self.jwk), self.certificate, self.life)

    def sign(self, data: bytes) -> str:
        """Return the ES256 signature of `data` in base64url, r then s as JOSE writes it."""
        return jose.sign(self.private, data)


@dataclass(frozen=True)
class KeyRing:
    """All the keys of a folder, oldest first, and the authority that issued the PDF seals."""

    folder: Path
    keys: tuple[SigningKey, ...]
    authority: x509.Certificate | None

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the public halves and lives of every key of `folder`; empty when there is none."""
        keys = sorted(
            (_read_key(path) for purpose in Purpose for path in folder.glob(f"{purpose}-*.json")),
            key=lambda key: (key.life.not_before, key.kid),
        )
        authority = folder / f"{_AUTHORITY}.pem"
        certificate = x509.load_pem_x509_certificate(authority.read_bytes()) if authority.exists() else None
        return cls(folder, tuple(keys), certificate)

    def of(self, purpose: Purpose | str) -> list[SigningKey]:
        """List the keys of one purpose, oldest first, retired and compromised ones included."""
        return [key for key in self.keys if key.purpose == purpose]

    def active(self, purpose: Purpose | str, at: datetime) -> SigningKey:
        """Return the key that signs at that instant: the newest in service."""
        day = platform_day(at)
        usable = [key for key in self.of(purpose) if key.life.may_sign(day)]
        if not usable:
            raise SettingError(
                f"Aucune clé «\u00a0{Purpose(purpose)}\u00a0» n’est en service au {long_date(day)} dans {self.folder}"
                f"\u00a0: lancez «\u00a0python manage.py signing_keys --create\u00a0»."
            )
        return usable[-1]

    def trusted(self, purpose: Purpose | str) -> list[TrustedKey]:
        """List the public halves of one purpose; for PDF, the authority comes last."""
        trusted = [key.trusted for key in self.of(purpose)]
        if purpose == Purpose.PDF and self.authority is not None:
            trusted.append(trusted_certificate(self.authority))
        return trusted

    def trusted_pem(self) -> bytes:
        """Return the certificates to give to those who verify PDFs: each seal, then the authority."""
        certificates = [key.certificate for key in self.of(Purpose.PDF) if not key.life.compromised_on]
        return b"".join(
            certificate.public_bytes(serialization.Encoding.PEM)
            for certificate in (*certificates, self.authority)
            if certificate is not None
        )


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
        f"Les clés de signature manquent dans {folder}\u00a0: lancez «\u00a0python manage.py signing_keys --create"
        "\u00a0», ou indiquez leur dossier avec SIGNING_KEYS."
    )


def owner_name() -> str:
    """Name the platform in its X.509 certificates: the host people know it by."""
    host = urlsplit(settings.BASE_URL).netloc
    return f"Démonstration {host}" if settings.DEMO else host


def create_keys(folder: Path, *, owner: str, not_before: date) -> KeyRing:
    """Make the authority and the key of each purpose that has none, and return the ring.

    Safe when two processes start at once: the second waits, then finds the keys of the first.
    """
    with _locked(folder):
        ring = KeyRing.load(folder)
        if ring.authority is None:
            _write_authority(folder, owner, not_before)
        for purpose in Purpose:
            if not ring.of(purpose):
                _write_new_key(folder, purpose, owner, not_before)
        return KeyRing.load(folder)


def rotate_key(folder: Path, purpose: Purpose, *, owner: str, on: date) -> KeyRing:
    """Retire the keys in service for `purpose` that day, and put a new one in their place."""
    with _locked(folder):
        ring = KeyRing.load(folder)
        _write_new_key(folder, purpose, owner, on)
        for key in ring.of(purpose):
            if key.life.may_sign(on):
                _write_record(replace(key, life=replace(key.life, retired_on=on)))
        return KeyRing.load(folder)


def mark_compromised(folder: Path, kid: str, *, on: date) -> KeyRing:
    """Declare that a key is no longer only ours: nothing it signed is trusted from now on."""
    with _locked(folder):
        found = [key for key in KeyRing.load(folder).keys if key.kid == kid]
        if not found:
            raise SettingError(f"Aucune clé {kid} dans {folder}.")
        _write_record(replace(found[0], life=replace(found[0].life, compromised_on=on)))
        return KeyRing.load(folder)


def sign_detached(data: bytes, *, keys: KeyRing, purpose: Purpose | str, at: datetime) -> dict[str, str]:
    """Sign bytes that are published beside their signature: `{"alg", "kid", "signature"}`."""
    key = keys.active(purpose, at)
    return {"alg": jose.ALGORITHM, "kid": key.kid, "signature": key.sign(data)}


def detached_objection(
    data: bytes, signature: dict[str, Any], *, trust: Sequence[TrustedKey], signed_on: date
) -> str | None:
    """Say in French why a detached signature proves nothing, or nothing if it holds."""
    key = next((key for key in trust if key.kid == signature.get("kid")), None)
    if signature.get("alg") != jose.ALGORITHM or key is None:
        return "La signature est d’une clé inconnue."
    if not key.verifies(data, str(signature.get("signature", ""))):
        return "La signature ne correspond pas au contenu."
    return key.life.objection(signed_on) if key.life else None


def trusted_certificate(certificate: x509.Certificate) -> TrustedKey:
    """Trust an X.509 certificate, of a seal or of an authority."""
    public = certificate.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise ValueError("The key of this certificate is not on curve P-256.")
    return TrustedKey(jose.thumbprint(jose.jwk_of(public)), public, certificate)


def trust_from_pem(data: bytes) -> list[TrustedKey]:
    """Read the certificates of a PEM file; raise ValueError when it holds none, or one of another kind."""
    return [trusted_certificate(certificate) for certificate in x509.load_pem_x509_certificates(data)]


def platform_day(at: datetime) -> date:
    """Return the day of an instant for the platform, whatever territory's time is shown to the person who asks."""
    return timezone.localdate(at, timezone.get_default_timezone())


# --- Files --------------------------------------------------------------------------------------------------------


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Make the folder if needed and hold it alone while keys are written."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write a file whole or not at all; it never exists with a wider mode, even for an instant."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


def _write_private(path: Path, private: ec.EllipticCurvePrivateKey) -> None:
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(path, pem, 0o600)


def _read_private(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        if path.stat().st_mode & 0o007:
            raise SettingError(f"La clé {path} peut être lue par tous\u00a0: lancez «\u00a0chmod 600 {path}\u00a0».")
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise SettingError(f"La clé {path} ne peut pas être lue ({error.strerror}).") from error
    except (ValueError, TypeError) as error:
        raise SettingError(f"La clé {path} n’est pas une clé privée PEM sans mot de passe.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise SettingError(f"La clé {path} n’est pas une clé EC P-256.")
    return key


def _write_record(key: SigningKey) -> None:
    """Write the public JSON of a key; it comes last, because a key exists once its record does."""
    record = {
        "purpose": key.purpose.value,
        "algorithm": jose.ALGORITHM,
        "not_before": key.life.not_before.isoformat(),
        "retired_on": key.life.retired_on and key.life.retired_on.isoformat(),
        "compromised_on": key.life.compromised_on and key.life.compromised_on.isoformat(),
        "jwk": key.jwk,
    }
    _write(key.path.with_suffix(".json"), (json.dumps(record, indent=2) + "\n").encode(), 0o644)


def _read_key(path: Path) -> SigningKey:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        dates = {name: record[name] and date.fromisoformat(record[name]) for name in KeyLife.__dataclass_fields__}
        jose.public_from_jwk(record["jwk"])
        pem = path.with_suffix(".pem")
        return SigningKey(
            kid=jose.thumbprint(record["jwk"]),
            purpose=Purpose(record["purpose"]),
            life=KeyLife(**dates),
            jwk=record["jwk"],
            path=path.with_suffix(".key"),
            certificate=x509.load_pem_x509_certificate(pem.read_bytes()) if pem.exists() else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingError(f"Le fichier {path} ne décrit pas une clé\u00a0: {error}.") from error


def _write_new_key(folder: Path, purpose: Purpose, owner: str, not_before: date) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    bare = jose.jwk_of(private.public_key())
    kid = jose.thumbprint(bare)
    path = folder / f"{purpose}-{kid[:12]}.key"
    _write_private(path, private)
    if purpose == Purpose.PDF:
        authority, authority_key = _read_authority(folder)
        seal = issue_seal(
            private.public_key(), authority=authority, authority_key=authority_key, owner=owner, not_before=not_before
        )
        _write(path.with_suffix(".pem"), seal.public_bytes(serialization.Encoding.PEM), 0o644)
    jwk = {**bare, "kid": kid, "alg": jose.ALGORITHM, "use": "sig"}
    _write_record(SigningKey(kid, purpose, KeyLife(not_before), jwk, path))


def _write_authority(folder: Path, owner: str, not_before: date) -> None:
    """Make the authority; its certificate is written last, for the same reason as a record."""
    private = ec.generate_private_key(ec.SECP256R1())
    certificate = issue_authority(private, owner=owner, not_before=not_before)
    _write_private(folder / f"{_AUTHORITY}.key", private)
    _write(folder / f"{_AUTHORITY}.pem", certificate.public_bytes(serialization.Encoding.PEM), 0o644)


def _read_authority(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    path = folder / f"{_AUTHORITY}.key"
    if not path.exists():
        raise SettingError(f"La clé de l’autorité manque\u00a0: remettez {path} le temps de créer le cachet.")
    return x509.load_pem_x509_certificate(path.with_suffix(".pem").read_bytes()), _read_private(path)
