"""Issuing the X.509 certificates that PDF readers need: an authority of ours, and the seals it vouches for."""

from datetime import UTC, date, datetime, time, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ecoquartier.core import clock

_AUTHORITY_YEARS, _SEAL_YEARS = 30, 20
# Bytes: X.520 allows no more in a name.
_LONGEST_NAME = 64


def issue_authority(private: ec.EllipticCurvePrivateKey, *, owner: str, not_before: date) -> x509.Certificate:
    """Return the self-made certificate of an authority that may issue seals and nothing else."""
    name = _name("Autorité ÉcoQuartier", owner)
    return (
        _builder(name, name, private.public_key(), not_before, _AUTHORITY_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(is_authority=True), critical=True)
        .sign(private, hashes.SHA256())
    )


def issue_seal(
    public: ec.EllipticCurvePublicKey,
    *,
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    owner: str,
    not_before: date,
) -> x509.Certificate:
    """Return the certificate of a key that seals PDFs."""
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    return (
        _builder(_name("Cachet ÉcoQuartier", owner), authority.subject, public, not_before, _SEAL_YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(is_authority=False), critical=True)
        .add_extension(issuer, critical=False)
        .sign(authority_key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, not_before: date, years: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        # The day begins earlier in Paris than in UTC.
        .not_valid_before(datetime.combine(not_before, time(), UTC) - timedelta(days=1))
        .not_valid_after(clock.now() + timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _name(kind: str, owner: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _shortened(owner)),
            x509.NameAttribute(NameOID.COMMON_NAME, _shortened(f"{kind}, {owner}")),
        ]
    )


def _shortened(name: str) -> str:
    return name.encode()[:_LONGEST_NAME].decode(errors="ignore")


def _key_usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
