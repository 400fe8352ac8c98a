"""The keys that sign: made once, kept secret, retired, revoked."""

import json
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from joserfc import jws
from joserfc.jwk import ECKey

from ecoquartier.core import clock
from ecoquartier.core.env import SettingError
from ecoquartier.core.keys import DEMO_EPOCH, KeyLife, KeyRing, Purpose, create_keys, signing_keys, trust_from_pem
from tests.support.rings import OWNER, declare, throwaway_ring

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
    assert modes == {"pdf": 0o600, "credentials": 0o600, "journal": 0o600}
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
    assert len(list((tmp_path / "keys").glob("*.key"))) == 3


def test_public_record_says_nothing_secret(ring):
    for path in ring.folder.glob("*.json"):
        record = json.loads(path.read_text())
        assert set(record) == {"purpose", "not_before", "retired_on", "compromised_on", "jwk"}
        assert set(record["jwk"]) == {"kty", "crv", "x", "y", "kid", "alg", "use"}
        assert record["jwk"]["kid"] == ECKey.import_key(record["jwk"]).thumbprint()


def test_the_private_half_signs_what_the_public_half_verifies(ring):
    for key in ring.keys:
        compact = jws.serialize_compact({"alg": "ES256"}, b"head", key.private)
        assert jws.deserialize_compact(compact, key.public, algorithms=["ES256"]).payload == b"head"
        assert not key.public.is_private


def test_seal_certificate_is_signed_by_itself_and_issues_nothing(ring):
    seal = ring.of("pdf")[0].certificate
    seal.verify_directly_issued_by(seal)
    assert seal.public_key() == ring.of("pdf")[0].public.public_key
    assert seal.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == f"Cachet ÉcoQuartier, {OWNER}"
    usage = seal.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.content_commitment, usage.key_cert_sign) == (True, True, False)
    assert not seal.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert seal.not_valid_after_utc > clock.now() + timedelta(days=365 * 19)


def test_a_long_owner_fits_in_a_certificate(tmp_path):
    ring = create_keys(tmp_path / "k", owner="très-long-nom." * 10, not_before=DAY)
    name = ring.of("pdf")[0].certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    assert name.startswith("Cachet ÉcoQuartier, très-long-nom.très-long-nom.")
    assert 62 < len(name.encode()) <= 64


# --- Life ---------------------------------------------------------------------------------------------------------


def test_a_retired_key_is_replaced_and_still_believed(ring):
    old = ring.of("credentials")[0]
    declare(old, retired_on=DAY)
    rotated = create_keys(ring.folder, owner=OWNER, not_before=DAY)
    kept, new = rotated.of("credentials")
    assert (kept.kid, kept.life.retired_on, new.life.not_before) == (old.kid, DAY, DAY)
    assert rotated.active("credentials", AT) == new
    assert rotated.active("credentials", AT - timedelta(days=1)).kid == old.kid
    assert [key.kid for key in rotated.trusted("credentials")] == [old.kid, new.kid]
    assert rotated.of("pdf") == ring.of("pdf")


def test_a_compromised_key_signs_nothing_more(ring):
    marked = declare(ring.of("credentials")[0], compromised_on=DAY)
    assert marked.of("credentials")[0].life.compromised_on == DAY
    with pytest.raises(SettingError, match="signing_keys --create"):
        marked.active("credentials", AT)


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
    declare(ring.of("credentials")[0], retired_on=date(2026, 12, 11))
    rotated = create_keys(ring.folder, owner=OWNER, not_before=date(2026, 12, 11))
    assert rotated.active("credentials", datetime(2026, 12, 10, 23, 30, tzinfo=UTC)) == rotated.of("credentials")[1]


# --- Reading ------------------------------------------------------------------------------------------------------


def test_pem_to_give_is_what_a_verifier_reads(ring):
    (key,) = ring.of("pdf")
    assert [trusted.certificate for trusted in trust_from_pem(ring.trusted_pem())] == [key.certificate]
    assert declare(key, compromised_on=DAY).trusted_pem() == b""
    with pytest.raises(ValueError, match=r".+"):
        trust_from_pem(b"nothing")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"purpose": "pdf"}', '{"not_before": 3}'])
def test_a_broken_record_is_named(ring, content):
    path = next(ring.folder.glob("credentials-*.json"))
    path.write_text(content)
    with pytest.raises(SettingError, match=path.name):
        KeyRing.load(ring.folder)


@pytest.mark.parametrize(("mode", "refused"), [(0o600, False), (0o440, False), (0o604, True)])
def test_a_key_that_everybody_reads_is_refused(ring, mode, refused):
    path = next(ring.folder.glob("credentials-*.key"))
    path.chmod(mode)
    if refused:
        with pytest.raises(SettingError, match="chmod 600"):
            assert KeyRing.load(ring.folder).of("credentials")[0].private
    else:
        assert KeyRing.load(ring.folder).of("credentials")[0].private.is_private


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_broken_private_key_is_named(ring, content):
    path = next(ring.folder.glob("credentials-*.key"))
    path.write_bytes(content)
    with pytest.raises(SettingError, match=path.name):
        assert KeyRing.load(ring.folder).of("credentials")[0].private


def test_verifying_needs_no_private_key(ring):
    for path in ring.folder.glob("*.key"):
        path.unlink()
    public = KeyRing.load(ring.folder)
    assert len(public.trusted("pdf")) == 1
    with pytest.raises(SettingError, match="ne peut pas être lue"):
        assert public.active("pdf", AT).private


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
