"""The keys that sign: made once, kept secret, retired, revoked."""

import base64
import json
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from joserfc import jws
from joserfc.jwk import ECKey

from ecoquartier.core import clock, jose
from ecoquartier.core.env import SettingError
from ecoquartier.core.keys import (
    DEMO_EPOCH,
    KeyLife,
    KeyRing,
    Purpose,
    create_keys,
    detached_objection,
    mark_compromised,
    rotate_key,
    sign_detached,
    signing_keys,
    trust_from_pem,
    trusted_certificate,
)
from tests.support.rings import OWNER, throwaway_ring

AT = datetime(2026, 12, 10, 9, tzinfo=UTC)
DAY = AT.date()


@pytest.fixture
def ring(tmp_path):
    return throwaway_ring(tmp_path / "keys")


def test_each_purpose_has_its_own_key(ring):
    assert [len(ring.of(purpose)) for purpose in Purpose] == [1, 1, 1]
    assert len({key.kid for key in ring.keys}) == 3


def test_private_files_are_ours_only(ring):
    modes = {path.name.split("-")[0]: path.stat().st_mode & 0o777 for path in ring.folder.glob("*.key")}
    assert modes == {"authority.key": 0o600, "pdf": 0o600, "credentials": 0o600, "journal": 0o600}
    assert ring.folder.stat().st_mode & 0o777 == 0o700


def test_creating_again_changes_nothing(ring):
    before = {path.name: path.read_bytes() for path in ring.folder.iterdir()}
    assert throwaway_ring(ring.folder) == ring
    assert {path.name: path.read_bytes() for path in ring.folder.iterdir()} == before


def test_two_processes_that_start_at_once_make_one_set(tmp_path):
    """Each opens the lock for itself, as two processes do."""
    rings, barrier = [], threading.Barrier(6)

    def start():
        barrier.wait()
        rings.append(throwaway_ring(tmp_path / "keys"))

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rings) == 6
    assert {tuple(key.kid for key in ring.keys) for ring in rings} == {tuple(key.kid for key in rings[0].keys)}
    assert len(list((tmp_path / "keys").glob("*.key"))) == 4


def test_public_record_says_nothing_secret(ring):
    for path in ring.folder.glob("*.json"):
        record = json.loads(path.read_text())
        assert set(record) == {"purpose", "algorithm", "not_before", "retired_on", "compromised_on", "jwk"}
        assert set(record["jwk"]) == {"kty", "crv", "x", "y", "kid", "alg", "use"}
        assert record["jwk"]["kid"] == jose.thumbprint(record["jwk"])


def test_thumbprint_is_the_one_of_the_standard_libraries(ring):
    key = ring.of("journal")[0]
    assert ECKey.import_key(key.jwk).thumbprint() == key.kid


def test_seal_certificate_is_issued_by_the_authority(ring):
    seal = ring.of("pdf")[0].certificate
    seal.verify_directly_issued_by(ring.authority)
    assert seal.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == f"Cachet ÉcoQuartier, {OWNER}"
    usage = seal.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.content_commitment, usage.key_cert_sign) == (True, True, False)
    constraints = ring.authority.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (constraints.ca, constraints.path_length) == (True, 0)
    assert seal.not_valid_after_utc > clock.now() + timedelta(days=365 * 19)


def test_a_long_owner_fits_in_a_certificate(tmp_path):
    ring = create_keys(tmp_path / "k", owner="très-long-nom." * 10, not_before=DAY)
    name = ring.of("pdf")[0].certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    assert name.startswith("Cachet ÉcoQuartier, très-long-nom.très-long-nom.")
    assert 62 < len(name.encode()) <= 64


# --- Life ---------------------------------------------------------------------------------------------------------


def test_rotation_retires_the_old_key_and_keeps_believing_it(ring):
    rotated = rotate_key(ring.folder, Purpose.CREDENTIALS, owner=OWNER, on=DAY)
    old, new = rotated.of("credentials")
    assert (old.kid, old.life.retired_on, new.life.not_before) == (ring.of("credentials")[0].kid, DAY, DAY)
    assert rotated.active("credentials", AT) == new
    assert rotated.active("credentials", AT - timedelta(days=1)).kid == old.kid
    assert [key.kid for key in rotated.trusted("credentials")] == [old.kid, new.kid]
    assert rotated.of("pdf") == ring.of("pdf")


def test_a_compromised_key_signs_nothing_more(ring):
    kid = ring.of("journal")[0].kid
    marked = mark_compromised(ring.folder, kid, on=DAY)
    assert marked.of("journal")[0].life.compromised_on == DAY
    with pytest.raises(SettingError, match="signing_keys --create"):
        marked.active("journal", AT)
    with pytest.raises(SettingError, match="Aucune clé inconnue"):
        mark_compromised(ring.folder, "inconnue", on=DAY)


def test_a_new_seal_needs_the_authority(ring):
    (ring.folder / "authority.key").unlink()
    with pytest.raises(SettingError, match="clé de l’autorité manque"):
        rotate_key(ring.folder, Purpose.PDF, owner=OWNER, on=DAY)
    assert KeyRing.load(ring.folder) == ring


@pytest.mark.parametrize(
    ("life", "objection"),
    [
        (KeyLife(DAY), None),
        (KeyLife(DAY - timedelta(days=9), retired_on=DAY), None),
        (KeyLife(DAY + timedelta(days=1)), "précède la mise en service"),
        (
            KeyLife(date(2020, 1, 1), retired_on=DAY - timedelta(days=1)),
            "avait été retirée le 9\u00a0décembre\u00a02026",
        ),
        (KeyLife(date(2020, 1, 1), compromised_on=DAY + timedelta(days=900)), "déclarée compromise"),
    ],
)
def test_what_a_life_says_of_a_signature(life, objection):
    said = life.objection(DAY)
    assert said is None if objection is None else objection in said


def test_the_day_of_a_signature_is_the_platform_s(ring):
    """At 23:30 UTC it is already tomorrow in Paris."""
    rotated = rotate_key(ring.folder, Purpose.JOURNAL, owner=OWNER, on=date(2026, 12, 11))
    assert rotated.active("journal", datetime(2026, 12, 10, 23, 30, tzinfo=UTC)) == rotated.of("journal")[1]


# --- Detached signatures ------------------------------------------------------------------------------------------


def test_detached_signature_holds_and_a_standard_library_agrees(ring):
    signature = sign_detached(b"head", keys=ring, purpose="journal", at=AT)
    trust = ring.trusted("journal")
    assert detached_objection(b"head", signature, trust=trust, signed_on=DAY) is None
    assert detached_objection(b"Head", signature, trust=trust, signed_on=DAY) == (
        "La signature ne correspond pas au contenu."
    )
    for changed in ({"kid": "x"}, {"alg": "none"}):
        said = detached_objection(b"head", signature | changed, trust=trust, signed_on=DAY)
        assert said == "La signature est d’une clé inconnue."
    assert "précède" in detached_objection(b"head", signature, trust=trust, signed_on=date(2019, 1, 1))

    token = ".".join((jose.base64url(b'{"alg":"ES256"}'), jose.base64url(b"head")))
    compact = f"{token}.{ring.active('journal', AT).sign(token.encode())}"
    key = ECKey.import_key(ring.of("journal")[0].jwk)
    assert jws.deserialize_compact(compact, key, algorithms=["ES256"]).payload == b"head"


def test_a_signature_has_one_way_of_being_written(ring):
    key = ring.of("journal")[0]
    signature = key.sign(b"head")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    accepted = [last for last in alphabet if key.trusted.verifies(b"head", signature[:-1] + last)]
    assert accepted == [signature[-1]]
    for strange in ("", "é", signature + "=", signature + "A", "A" * 86, signature.swapcase()):
        assert not key.trusted.verifies(b"head", strange)


# --- Reading ------------------------------------------------------------------------------------------------------


def test_pem_to_give_is_what_a_verifier_reads(ring):
    trusted = trust_from_pem(ring.trusted_pem())
    assert [key.kid for key in trusted] == [key.kid for key in ring.trusted("pdf")]
    mark_compromised(ring.folder, ring.of("pdf")[0].kid, on=DAY)
    assert [key.kid for key in trust_from_pem(KeyRing.load(ring.folder).trusted_pem())] == [trusted[1].kid]
    with pytest.raises(ValueError, match=r".+"):
        trust_from_pem(b"nothing")


def test_another_curve_is_refused(ring):
    public = ec.generate_private_key(ec.SECP384R1()).public_key()
    numbers = public.public_numbers()
    wide = {"kty": "EC", "crv": "P-384", "x": base64.b64encode(numbers.x.to_bytes(48, "big")).decode(), "y": ""}
    for jwk in (wide, {"kty": "EC", "crv": "P-256"}, {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}, {}):
        with pytest.raises(ValueError, match=r".+"):
            jose.public_from_jwk(jwk)
    authority = ring.authority
    builder = x509.CertificateBuilder().subject_name(authority.subject).issuer_name(authority.subject)
    builder = builder.public_key(public).serial_number(1).not_valid_before(AT).not_valid_after(AT + timedelta(days=1))
    with pytest.raises(ValueError, match="P-256"):
        trusted_certificate(builder.sign(ring.of("pdf")[0].private, hashes.SHA256()))


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"purpose": "pdf"}', '{"not_before": 3}'])
def test_a_broken_record_is_named(ring, content):
    path = next(ring.folder.glob("journal-*.json"))
    path.write_text(content)
    with pytest.raises(SettingError, match=path.name):
        KeyRing.load(ring.folder)


@pytest.mark.parametrize(("mode", "refused"), [(0o600, False), (0o440, False), (0o604, True)])
def test_a_key_that_everybody_reads_is_refused(ring, mode, refused):
    path = next(ring.folder.glob("journal-*.key"))
    path.chmod(mode)
    if refused:
        with pytest.raises(SettingError, match="chmod 600"):
            KeyRing.load(ring.folder).of("journal")[0].sign(b"")
    else:
        assert KeyRing.load(ring.folder).of("journal")[0].sign(b"")


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_broken_private_key_is_named(ring, content):
    path = next(ring.folder.glob("journal-*.key"))
    path.write_bytes(content)
    with pytest.raises(SettingError, match=path.name):
        KeyRing.load(ring.folder).of("journal")[0].sign(b"")


def test_verifying_needs_no_private_key(ring):
    for path in ring.folder.glob("*.key"):
        path.unlink()
    public = KeyRing.load(ring.folder)
    assert len(public.trusted("pdf")) == 2
    with pytest.raises(SettingError, match="ne peut pas être lue"):
        public.active("journal", AT).sign(b"")


# --- The platform's -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("demo", "embedded"), [(True, None), (False, object())])
def test_a_demonstration_or_an_embedded_database_makes_its_keys(settings, tmp_path, demo, embedded):
    settings.SIGNING_KEYS, settings.DEMO, settings.EMBEDDED_SERVER = tmp_path / "keys", demo, embedded
    ring = signing_keys()
    assert [key.life.not_before for key in ring.keys] == [DEMO_EPOCH] * 3
    assert signing_keys() == ring


def test_an_operator_is_told_what_to_run(settings, tmp_path):
    settings.SIGNING_KEYS, settings.DEMO, settings.EMBEDDED_SERVER = tmp_path / "keys", False, None
    with pytest.raises(SettingError, match="signing_keys --create"):
        signing_keys()
    assert not (tmp_path / "keys").exists()
    throwaway_ring(tmp_path / "keys")
    assert len(signing_keys().keys) == 3
