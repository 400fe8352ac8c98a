"""The verifiable credential: what it says, what its verification answers."""

import base64
import hmac
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from joserfc.util import urlsafe_b64encode

from ecoquartier.awards.domain.credential import (
    did_document,
    did_of,
    make_credential,
    trust_from_json,
    verify_credential,
)
from ecoquartier.core.keys import KeyRing, TrustedKey, create_keys
from tests.awards.conftest import CODE
from tests.support.rings import OWNER, declare, throwaway_ring

SITE = "https://label.example.fr"
CREDENTIAL = f"{SITE}/attestations/1"
DID = "did:web:label.example.fr"
STRANGER = "L’attestation est signée d’une autre clé que celles de la plateforme."
MODIFIED = "L’attestation a été modifiée depuis sa signature."
NOT_ONE = "Ce texte n’est pas une attestation\u00a0: il n’a pas la forme d’un JWT signé par la plateforme."


@pytest.fixture(scope="module")
def credential(facts, ring, at):
    return make_credential(facts, keys=ring, base_url=SITE, credential_id=CREDENTIAL, at=at)


def claims_of(token):
    """Read the claims without verifying anything."""
    return json.loads(jws.extract_compact(token.encode()).payload)


def signed(ring, at, *, header=None, **claims):
    """Sign what a forger who had our key would write."""
    key = ring.active("credentials", at)
    plain = {"iss": DID, "issuer": DID, "type": ["OpenBadgeCredential"], "iat": int(at.timestamp())}
    return jwt.encode(
        {"alg": "ES256", "typ": "vc+jwt", "kid": f"{DID}#{key.kid}"} | (header or {}), plain | claims, key.private
    )


# --- What it says -------------------------------------------------------------------------------------------------


def test_it_is_an_open_badge_about_the_operation(credential):
    claims = claims_of(credential)
    assert claims["@context"] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    assert claims["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert (claims["id"], claims["jti"]) == (CREDENTIAL, CREDENTIAL)
    assert claims["issuer"] == {"id": DID, "type": ["Profile"], "name": "ÉcoQuartier", "url": SITE}
    assert claims["validFrom"] == "2026-12-10T00:00:00+01:00"
    assert claims["awardedDate"] == "2026-11-12T00:00:00+01:00"
    assert claims["nbf"] == int(datetime(2026, 12, 9, 23, tzinfo=UTC).timestamp())
    assert "vc" not in claims
    subject = claims["credentialSubject"]
    assert subject["id"] == claims["sub"] == f"{SITE}/verifier/{CODE}/"
    assert subject["identifier"][0]["identityHash"] == "Les Tanneries"
    assert subject["narrative"].startswith("Les Tanneries, Lons-le-Saunier (Bourgogne-Franche-Comté).")
    achievement = subject["achievement"]
    assert achievement["name"] == "Label ÉcoQuartier en quatre étapes, étape 3 (livré)"
    assert achievement["criteria"]["narrative"]
    assert base64.b64decode(achievement["image"]["id"].partition(",")[2]).startswith(b"<svg")


def test_the_header_names_the_key(credential, ring):
    header = jws.extract_compact(credential.encode()).headers()
    assert header == {"alg": "ES256", "typ": "vc+jwt", "kid": f"{DID}#{ring.of('credentials')[0].kid}"}


def test_the_achievement_is_the_same_for_all_who_hold_it(facts, ring, at, credential):
    def achievement(**changed):
        token = make_credential(replace(facts, **changed), keys=ring, base_url=SITE, credential_id=CREDENTIAL, at=at)
        return claims_of(token)["credentialSubject"]["achievement"]

    assert achievement(operation_name="Autre", year=2030) == claims_of(credential)["credentialSubject"]["achievement"]
    assert achievement(stage_rank=2)["id"] != achievement()["id"]


def test_phases_and_demonstration(facts, ring, at):
    token = make_credential(
        replace(facts, phases=["nord", "sud"], demo=True, region=""),
        keys=ring,
        base_url=SITE,
        credential_id=CREDENTIAL,
        at=at,
    )
    claims = claims_of(token)
    assert claims["name"] == "Étape 3 (livré)\u00a0: Les Tanneries (démonstration, sans valeur)"
    assert "Tranches labellisées\u00a0: nord et sud." in claims["credentialSubject"]["narrative"]


@pytest.mark.parametrize(
    ("site", "did"),
    [
        (SITE, DID),
        ("http://localhost:8000", "did:web:localhost%3A8000"),
        ("https://example.fr/label/", "did:web:example.fr:label"),
    ],
)
def test_did_of_a_site(site, did):
    assert did_of(site) == did


# --- The issuer's document ----------------------------------------------------------------------------------------


def test_did_document_holds_no_secret_and_verifies_alone(ring, credential):
    document = did_document(ring, SITE)
    key = ring.of("credentials")[0]
    assert document["id"] == DID
    assert document["assertionMethod"] == [f"{DID}#{key.kid}"]
    (method,) = document["verificationMethod"]
    assert (method["type"], method["controller"], method["publicKeyJwk"]) == ("JsonWebKey", DID, key.public.as_dict())
    assert "d" not in method["publicKeyJwk"]
    assert verify_credential(credential, trust=trust_from_json(json.dumps(document))).ok


def test_a_standard_library_agrees(ring, credential):
    key = ECKey.import_key(did_document(ring, SITE)["verificationMethod"][0]["publicKeyJwk"])
    assert jwt.decode(credential, key, algorithms=["ES256"]).claims["id"] == CREDENTIAL


def test_retired_keys_stay_and_compromised_ones_are_revoked(facts, tmp_path, at):
    ring = throwaway_ring(tmp_path / "keys")
    token = make_credential(facts, keys=ring, base_url=SITE, credential_id=CREDENTIAL, at=at)
    old = ring.of("credentials")[0]
    declare(old, retired_on=date(2027, 1, 1))
    ring = create_keys(ring.folder, owner=OWNER, not_before=date(2027, 1, 1))
    new = ring.active("credentials", datetime(2027, 2, 1, tzinfo=UTC))
    document = did_document(ring, SITE)
    assert document["assertionMethod"] == [f"{DID}#{old.kid}", f"{DID}#{new.kid}"]
    assert verify_credential(token, trust=ring.trusted("credentials")).ok
    assert verify_credential(token, trust=trust_from_json(json.dumps(document))).ok

    ring = declare(old, compromised_on=date(2027, 3, 1))
    document = did_document(ring, SITE)
    assert document["assertionMethod"] == [f"{DID}#{new.kid}"]
    assert [method.get("revoked") for method in document["verificationMethod"]] == ["2027-03-01T00:00:00+01:00", None]
    assert "déclarée compromise" in verify_credential(token, trust=ring.trusted("credentials")).reasons[0]
    assert verify_credential(token, trust=trust_from_json(json.dumps(document))).reasons == [STRANGER]


def test_trust_is_read_from_each_usual_form(ring, credential):
    jwk = ring.of("credentials")[0].public.as_dict()
    bare = {name: jwk[name] for name in ("kty", "crv", "x", "y")}
    relative = {"id": DID, "verificationMethod": [{"id": "#k", "publicKeyJwk": jwk}], "assertionMethod": ["#k"]}
    for document in (jwk, bare, {"keys": [{"kty": "RSA"}, jwk]}):
        assert verify_credential(credential, trust=trust_from_json(json.dumps(document))).ok
    assert trust_from_json(json.dumps(relative))[0].kid == f"{DID}#k"
    for nothing in (
        "[]",
        "{}",
        "{",
        '{"keys": []}',
        '{"verificationMethod": [], "assertionMethod": []}',
        '{"id": "did:web:x", "verificationMethod": [{"id": "#k"}], "assertionMethod": ["#k"]}',
        '{"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]}',
        '{"keys": [{"kty": "EC", "crv": "P-256", "x": 3, "y": "é"}]}',
        '{"crv": "P-256"}',
    ):
        with pytest.raises(ValueError, match=r".+"):
            trust_from_json(nothing)


# --- Verifying ----------------------------------------------------------------------------------------------------


def test_a_credential_verifies(credential, ring, at):
    check = verify_credential(f" {credential}\n", trust=ring.trusted("credentials"))
    assert (check.ok, check.reasons) == (True, [])
    assert (check.issuer, check.credential_id, check.signed_at) == (DID, CREDENTIAL, at)
    assert check.name == "Étape 3 (livré)\u00a0: Les Tanneries"


def test_any_changed_character_is_seen(credential, ring):
    trust = ring.trusted("credentials")
    missed = []
    for position in range(len(credential)):
        for bit in (1, 2, 4, 8, 16, 32, 64):
            changed = chr(ord(credential[position]) ^ bit)
            if verify_credential(credential[:position] + changed + credential[position + 1 :], trust=trust).ok:
                missed.append((position, bit))
    assert missed == []


DEEP = urlsafe_b64encode(b"[" * 60_000).decode()


@pytest.mark.parametrize(
    "text",
    [
        *("", "bonjour", "a.b", "a.b.c.d", "é.b.c", "a" * 200_000, "e30.e30.", "W10.e30.AA", "/.b.c", "\ud800.b.c"),
        *("WyJhbGciXQ.e30.AA", "ImFsZyI.e30.AA", f"{DEEP}.{DEEP}.AA", "eyJhbGciOltdfQ.e30.AA"),
    ],
)
def test_not_a_credential(text, ring):
    assert verify_credential(text, trust=ring.trusted("credentials")).reasons == [NOT_ONE]


def test_another_key(credential, tmp_path):
    other = throwaway_ring(tmp_path / "other")
    for trust in (other.trusted("credentials"), []):
        assert verify_credential(credential, trust=trust).reasons == [STRANGER]


def test_a_forger_who_copies_the_name_of_the_key(ring, at, tmp_path):
    other = throwaway_ring(tmp_path / "other")
    forged = signed(other, at, header={"kid": f"{DID}#{ring.of('credentials')[0].kid}"})
    assert verify_credential(forged, trust=ring.trusted("credentials")).reasons == [MODIFIED]


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [
        ("none", None),
        ("HS256", OctKey.generate_key(256)),
        ("RS256", RSAKey.generate_key(2048)),
        ("ES384", ECKey.generate_key("P-384")),
        ("ES256K", ECKey.generate_key("secp256k1")),
    ],
)
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_another_algorithm(credential, algorithm, key, ring):
    """Even with a key that is believed: only ES256 is read."""
    header = jws.extract_compact(credential.encode()).headers() | {"alg": algorithm}
    payload = json.dumps(claims_of(credential))
    forged = jws.serialize_compact(header, payload, key, algorithms=[algorithm])
    assert verify_credential(forged, trust=ring.trusted("credentials")).reasons == [NOT_ONE]
    if isinstance(key, ECKey):
        trust = [TrustedKey(kid=header["kid"], public=key)]
        assert verify_credential(forged, trust=trust).reasons == [NOT_ONE]


def test_the_public_key_is_no_shared_secret(credential, ring):
    """The oldest forgery of JWT: an HMAC whose secret is what everybody knows."""
    header = jws.extract_compact(credential.encode()).headers() | {"alg": "HS256"}
    text = b".".join((urlsafe_b64encode(json.dumps(header).encode()), credential.split(".")[1].encode()))
    for known in (ring.of("credentials")[0].public.as_der(), ring.of("credentials")[0].public.as_pem()):
        forged = b".".join((text, urlsafe_b64encode(hmac.digest(known, text, "sha256")))).decode()
        assert verify_credential(forged, trust=ring.trusted("credentials")).reasons == [NOT_ONE]


@pytest.mark.parametrize("header", [{"typ": "JWT"}, {"typ": None}, {"kid": None}, {"kid": 3}])
def test_only_our_form_is_read(header, ring, at):
    known = jws.extract_compact(signed(ring, at).encode())
    segments = [urlsafe_b64encode(json.dumps(known.headers() | header).encode()), known.segments["payload"], b"AA"]
    assert verify_credential(b".".join(segments).decode(), trust=ring.trusted("credentials")).reasons == [NOT_ONE]


def test_another_type_of_ours_is_refused(ring, at):
    token = signed(ring, at, header={"typ": "JWT"})
    assert verify_credential(token, trust=ring.trusted("credentials")).reasons == [NOT_ONE]


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"type": ["Autre"]}, "ce n’est pas l’attestation d’un label"),
        ({"type": None}, "ce n’est pas l’attestation d’un label"),
        ({"iss": "did:web:autre.fr"}, "L’émetteur annoncé"),
        ({"issuer": {"id": "did:web:autre.fr"}}, "L’émetteur annoncé"),
        ({"issuer": None}, "L’émetteur annoncé"),
        ({"iat": None}, "ne dit pas quand"),
        ({"iat": 1e300}, "ne dit pas quand"),
        ({"iat": int(datetime(2019, 1, 1, tzinfo=UTC).timestamp())}, "précède la mise en service"),
    ],
)
def test_what_it_says_must_hold_together(claims, reason, ring, at):
    assert verify_credential(signed(ring, at), trust=ring.trusted("credentials")).ok
    check = verify_credential(signed(ring, at, **claims), trust=ring.trusted("credentials"))
    assert not check.ok
    assert reason in check.reasons[0]


# --- The command --------------------------------------------------------------------------------------------------


@pytest.fixture
def path(credential, tmp_path):
    path = tmp_path / "attestation.jwt"
    path.write_text(f"{credential}\n")
    return path


def test_command_trusts_the_platform_or_a_did_document(path, ring, settings, tmp_path, capsys):
    settings.SIGNING_KEYS = ring.folder
    call_command("verify_credential", str(path))
    said = capsys.readouterr().out
    assert said == (
        "Attestation authentique\u00a0: «\u00a0Étape 3 (livré)\u00a0: Les Tanneries\u00a0», "
        f"signée le 10\u00a0décembre\u00a02026 par {DID}.\n"
    )
    settings.SIGNING_KEYS = tmp_path / "absent"
    (tmp_path / "did.json").write_text(json.dumps(did_document(ring, SITE)))
    call_command("verify_credential", str(path), trust=tmp_path / "did.json")
    assert capsys.readouterr().out == said


def test_command_gives_the_reason(path, credential, settings, tmp_path):
    settings.SIGNING_KEYS = throwaway_ring(tmp_path / "other").folder
    with pytest.raises(CommandError, match="Attestation refusée. L’attestation est signée d’une autre clé"):
        call_command("verify_credential", str(path))
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(CommandError, match="n’est pas une attestation"):
        call_command("verify_credential", str(path))
    (tmp_path / "trust.json").write_text('{"keys": [{"kty": "RSA"}]}')
    with pytest.raises(CommandError, match="ne contient aucune clé publique"):
        call_command("verify_credential", str(path), trust=tmp_path / "trust.json")


def test_keys_are_read_again_by_each_command(path, ring, settings, tmp_path):
    copy = tmp_path / "keys"
    copy.mkdir()
    for file in ring.folder.glob("credentials-*.json"):
        (copy / file.name).write_bytes(file.read_bytes())
    settings.SIGNING_KEYS = copy
    call_command("verify_credential", str(path))
    declare(KeyRing.load(copy).of("credentials")[0], compromised_on=date(2027, 1, 1))
    with pytest.raises(CommandError, match="déclarée compromise"):
        call_command("verify_credential", str(path))
