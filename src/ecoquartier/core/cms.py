"""Reading the one shape of signature container (CMS, RFC 5652) that our seals have.

General ASN.1 readers forgive: two encodings of one value, fields that no signature covers. Here each byte is either
covered by the signature, or compared with the only value it may have; and a stranger's file meets forty lines of
strict reader, which raise `ValueError` and nothing else.
"""

from dataclasses import dataclass

_OCTETS, _SEQUENCE, _SET, _CONTEXT_0 = 0x04, 0x30, 0x31, 0xA0

_DATA = bytes.fromhex("06092a864886f70d010701")
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_CONTENT_TYPE = bytes.fromhex("06092a864886f70d010903")
_MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
_SIGNING_CERTIFICATE_V2 = bytes.fromhex("060b2a864886f70d010910022f")
_VERSION_1 = bytes.fromhex("020101")
# SHA-256, with and without its empty parameters: both are written, by different versions of the same software.
_SHA_256 = (bytes.fromhex("300d06096086480165030402010500"), bytes.fromhex("300b0609608648016503040201"))
_ECDSA_SHA_256 = bytes.fromhex("300a06082a8648ce3d040302")


@dataclass(frozen=True)
class Container:
    """What a container says: who (a certificate), over which attributes, with which signature."""

    certificate: bytes
    attributes: bytes
    signature: bytes

    @property
    def signed_bytes(self) -> bytes:
        """The bytes that are signed: the attributes, tagged as a set."""
        return _encode(_SET, self.attributes)


@dataclass(frozen=True)
class Attributes:
    """What the signature speaks of; to be read once it is verified."""

    message_digest: bytes
    certificate_hash: bytes


def container_length(data: bytes) -> int:
    """Return the length of the container that `data` begins with."""
    return len(data) - len(_read(data, _SEQUENCE)[1])


def read_container(data: bytes) -> Container:
    """Read a container; raise ValueError unless it has exactly our shape."""
    content_type, rest = _element(_only(data, _SEQUENCE))
    _expect(content_type == _SIGNED_DATA)
    version, rest = _element(_only(_only(rest, _CONTEXT_0), _SEQUENCE))
    digests, rest = _read(rest, _SET)
    encapsulated, rest = _read(rest, _SEQUENCE)
    certificates, rest = _read(rest, _CONTEXT_0)
    _expect(version == _VERSION_1 and digests in _SHA_256 and encapsulated == _DATA)
    _only(certificates, _SEQUENCE)

    version, rest = _element(_only(_only(rest, _SET), _SEQUENCE))
    signer, rest = _read(rest, _SEQUENCE)
    digest, rest = _element(rest)
    attributes, rest = _read(rest, _CONTEXT_0)
    algorithm, rest = _element(rest)
    signature = _only(rest, _OCTETS)
    _expect(version == _VERSION_1 and digest in _SHA_256 and algorithm == _ECDSA_SHA_256)
    _expect(signer == _issuer_and_serial(certificates))
    return Container(certificates, attributes, signature)


def read_attributes(container: Container) -> Attributes:
    """Read the signed attributes that matter; raise ValueError if one is missing or strange."""
    values: dict[bytes, bytes] = {}
    rest = container.attributes
    while rest:
        attribute, rest = _read(rest, _SEQUENCE)
        kind, value = _element(attribute)
        _expect(kind not in values)
        values[kind] = _only(value, _SET)
    _expect(values.get(_CONTENT_TYPE) == _DATA)
    # SigningCertificateV2 > the list > its first entry, which may begin with the name of its hash.
    named = _only(values.get(_SIGNING_CERTIFICATE_V2, b""), _SEQUENCE)
    entry = _only(_read(named, _SEQUENCE)[0], _SEQUENCE)
    first, rest = _element(entry)
    return Attributes(
        message_digest=_only(values.get(_MESSAGE_DIGEST, b""), _OCTETS),
        certificate_hash=_read(rest if first in _SHA_256 else entry, _OCTETS)[0],
    )


def _issuer_and_serial(certificate: bytes) -> bytes:
    """Read from a certificate what designates it: the name of its issuer, then its serial number."""
    signed, _ = _read(_only(certificate, _SEQUENCE), _SEQUENCE)
    _, rest = _read(signed, _CONTEXT_0)
    serial, rest = _element(rest)
    _, rest = _element(rest)
    issuer, _ = _element(rest)
    return issuer + serial


def _element(data: bytes) -> tuple[bytes, bytes]:
    """Split `data` after its first element, header included."""
    _, rest = _read(data, data[0] if data else 0)
    return data[: len(data) - len(rest)], rest


def _only(data: bytes, tag: int) -> bytes:
    """Return the content of the element that `data` is, with nothing after it."""
    content, rest = _read(data, tag)
    _expect(not rest)
    return content


def _read(data: bytes, tag: int) -> tuple[bytes, bytes]:
    """Return the content of the first element, which must have this tag and the shortest length, and the rest."""
    _expect(len(data) >= 2 and data[0] == tag)
    length, start = data[1], 2
    if length >= 0x80:
        start += length - 0x80
        _expect(2 < start <= 6 and len(data) >= start and data[2] != 0)
        length = int.from_bytes(data[2:start], "big")
        _expect(length >= 0x80)
    _expect(len(data) >= start + length)
    return data[start : start + length], data[start + length :]


def _encode(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 + len(length)]) + length + content


def _expect(condition: bool) -> None:
    if not condition:
        raise ValueError("This is not a container of our seals.")
