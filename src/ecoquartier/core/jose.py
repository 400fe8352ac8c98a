"""P-256 keys and signatures as JOSE writes them (RFC 7515, 7517, 7518, 7638): JWK, thumbprint, ES256."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from ecoquartier.core.canonical import canonical_json

ALGORITHM = "ES256"
_COORDINATE = 32


def base64url(raw: bytes) -> str:
    """Write bytes in base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Read base64url without padding; raise ValueError for anything else."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def jwk_of(public: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """Return the bare JWK (kty, crv, x, y) of a P-256 public key."""
    numbers = public.public_numbers()
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": base64url(numbers.x.to_bytes(_COORDINATE, "big")),
        "y": base64url(numbers.y.to_bytes(_COORDINATE, "big")),
    }


def public_from_jwk(jwk: Mapping[str, Any]) -> ec.EllipticCurvePublicKey:
    """Read a P-256 public key from a JWK; raise ValueError for anything else."""
    if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise ValueError("This JWK is not a P-256 key.")
    x, y = (int.from_bytes(from_base64url(str(jwk.get(name, ""))), "big") for name in ("x", "y"))
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """Return the RFC 7638 thumbprint of a P-256 JWK: the name of a key, computed from the key itself."""
    required = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    return base64url(hashlib.sha256(canonical_json(required)).digest())


def sign(private: ec.EllipticCurvePrivateKey, data: bytes) -> str:
    """Return the ES256 signature of `data`: r then s, in base64url."""
    r, s = utils.decode_dss_signature(private.sign(data, ec.ECDSA(hashes.SHA256())))
    return base64url(r.to_bytes(_COORDINATE, "big") + s.to_bytes(_COORDINATE, "big"))


def verifies(public: ec.EllipticCurvePublicKey, data: bytes, signature: str) -> bool:
    """Tell whether `signature` is the ES256 signature of `data`, written in the only way that is accepted."""
    try:
        raw = from_base64url(signature)
    except ValueError:
        return False
    # The last sign of base64 holds bits that mean nothing: another one would read as the same signature.
    if len(raw) != 2 * _COORDINATE or base64url(raw) != signature:
        return False
    r, s = (int.from_bytes(half, "big") for half in (raw[:_COORDINATE], raw[_COORDINATE:]))
    try:
        public.verify(utils.encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True
