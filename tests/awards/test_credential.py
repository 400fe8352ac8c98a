"""The verifiable credential: what it says, what its verification answers."""

import base64
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command
from joserfc import jwt
from joserfc.jwk import ECKey

from ecoquartier.awards.domain.credential import (
    did_document,
    did_of,
    is_withdrawn,
    make_credential,
    make_status_list,
    trust_from_json,
    verify_credential,
)
from ecoquartier.core import jose
from ecoquartier.core.keys import KeyRing, Purpose, mark_compromised, rotate_key
from tests.awards.conftest import CODE
from tests.support.rings import OWNER, throwaway_ring

SITE = "https://label.example.fr"
CREDENTIAL = f"{SITE}/attestations/1"
STATUS = f"{SITE}/attestations/statuts/1"
DID = "did:web:label.example.fr"


@pytest.fixture(scope="module")
def credential(facts, ring, at):
    return make_credential(facts, keys=ring, base_url=SITE, credential_id=CREDENTIAL, at=at)


def claims_of(token):
    """Read the claims without verifying anything."""
    return json.loads(jose.from_base64url(token.split(".")[1]))


def signed(ring, at, *, header=None, **claims):
    """Sign what a forger who had our key would write."""
    key = ring.active("credentials", at)
    plain = {"iss": DID, "issuer": DID, "type": ["OpenBadgeCredential"], "iat": int(at.timestamp())}
    parts = ({"alg": "ES256", "typ": "vc+jwt", "kid": f"{DID}#{key.kid}"} | (header or {}), plain | claims)
    text = ".".join(jose.base64url(json.dumps(part).encode()) for part in parts)
    return f"{text}.{key.sign(text.encode())}"


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
    assert "credentialStatus" not in claims
    subject = claims["credentialSubject"]
    assert subject["id"] == claims["sub"] == f"{SITE}/verifier/{CODE}/"
    assert subject["identifier"][0]["identityHash"] == "Les Tanneries"
    assert subject["narrative"].startswith("Les Tanneries, Lons-le-Saunier (Bourgogne-Franche-Comté).")
    achievement = subject["achievement"]
    assert achievement["name"] == "Label ÉcoQuartier en quatre étapes, étape 3 (livré)"
    assert achievement["criteria"]["narrative"]
    assert base64.b64decode(achievement["image"]["id"].partition(",")[2]).startswith(b"<svg")


def test_the_header_names_the_key(credential, ring):
    header = json.loads(jose.from_base64url(credential.split(".")[0]))
    assert header == {"alg": "ES256", "typ": "vc+jwt", "kid": f"{DID}#{ring.of('credentials')[0].kid}"}


def test_the_achievement_is_the_same_for_all_who_hold_it(facts, ring, at, credential):
    def achievement(**changed):
        token = make_credential(replace(facts, **changed), keys=ring, base_url=SITE, credential_id=CREDENTIAL, at=at)
        return claims_of(token)["credentialSubject"]["achievement"]

    assert achievement(operation_name="Autre", year=2030) == claims_of(credential)["credentialSubject"]["achievement"]
    assert achievement(stage_rank=2)["id"] != achievement()["id"]


def test_phases_sheet_and_demonstration(facts, ring, at):
    token = make_credential(
        replace(facts, phases=["nord", "sud"], demo=True, region=""),
        keys=ring,
        base_url=SITE,
        credential_id=CREDENTIAL,
        at=at,
        operation_url=f"{SITE}/operations/les-tanneries/",
    )
    claims = claims_of(token)
    assert claims["sub"] == f"{SITE}/operations/les-tanneries/"
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
    assert (method["type"], method["controller"], method["publicKeyJwk"]) == ("JsonWebKey", DID, key.jwk)
    assert "d" not in method["publicKeyJwk"]
    assert verify_credential(credential, trust=trust_from_json(json.dumps(document))).ok


def test_a_standard_library_agrees(ring, credential):
    key = ECKey.import_key(did_document(ring, SITE)["verificationMethod"][0]["publicKeyJwk"])
    assert jwt.decode(credential, key, algorithms=["ES256"]).claims["id"] == CREDENTIAL


def test_retired_keys_stay_and_compromised_ones_are_revoked(facts, tmp_path, at):
    ring = throwaway_ring(tmp_path / "keys")
    token = make_credential(facts, keys=ring, base_url=SITE, credential_id=CREDENTIAL, at=at)
    old = ring.of("credentials")[0]
    ring = rotate_key(ring.folder, Purpose.CREDENTIALS, owner=OWNER, on=date(2027, 1, 1))
    new = ring.active("credentials", datetime(2027, 2, 1, tzinfo=UTC))
    document = did_document(ring, SITE)
    assert document["assertionMethod"] == [f"{DID}#{old.kid}", f"{DID}#{new.kid}"]
    assert verify_credential(token, trust=ring.trusted("credentials")).ok
    assert verify_credential(token, trust=trust_from_json(json.dumps(document))).ok

    ring = mark_compromised(ring.folder, old.kid, on=date(2027, 3, 1))
    document = did_document(ring, SITE)
    assert document["assertionMethod"] == [f"{DID}#{new.kid}"]
    assert [method.get("revoked") for method in document["verificationMethod"]] == ["2027-03-01T00:00:00+01:00", None]
    assert "déclarée compromise" in verify_credential(token, trust=ring.trusted("credentials")).reasons[0]
    assert verify_credential(token, trust=trust_from_json(json.dumps(document))).reasons == [
        "L’attestation est signée d’une autre clé que celles de la plateforme."
    ]


def test_trust_is_read_from_each_usual_form(ring, credential):
    jwk = ring.of("credentials")[0].jwk
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
    assert (check.status_url, check.status_index) == ("", None)
    assert check.claims == claims_of(credential)


def test_any_changed_character_is_seen(credential, ring):
    trust = ring.trusted("credentials")
    missed = []
    for position in range(len(credential)):
        for bit in (1, 2, 4, 8, 16, 32, 64):
            changed = chr(ord(credential[position]) ^ bit)
            if verify_credential(credential[:position] + changed + credential[position + 1 :], trust=trust).ok:
                missed.append((position, bit))
    assert missed == []


@pytest.mark.parametrize(
    "text", ["", "bonjour", "a.b", "a.b.c.d", "é.b.c", "a" * 200_000, "e30.e30.", "W10.e30.AA", "/.b.c"]
)
def test_not_a_credential(text, ring):
    assert "n’est pas une attestation" in verify_credential(text, trust=ring.trusted("credentials")).reasons[0]


def test_deep_json_is_refused(ring):
    deep = jose.base64url(b"[" * 60_000)
    assert not verify_credential(f"{deep}.{deep}.AA", trust=ring.trusted("credentials")).ok


def test_another_key(credential, tmp_path):
    other = throwaway_ring(tmp_path / "other")
    for trust in (other.trusted("credentials"), []):
        assert verify_credential(credential, trust=trust).reasons == [
            "L’attestation est signée d’une autre clé que celles de la plateforme."
        ]


def test_a_forger_who_copies_the_name_of_the_key(credential, ring, at, tmp_path):
    other = throwaway_ring(tmp_path / "other")
    forged = signed(other, at, header={"kid": f"{DID}#{ring.of('credentials')[0].kid}"})
    assert verify_credential(forged, trust=ring.trusted("credentials")).reasons == [
        "L’attestation a été modifiée depuis sa signature."
    ]


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256"}, {"typ": "JWT"}, {"kid": None}, {"kid": 3}])
def test_only_our_form_is_read(header, ring, at):
    check = verify_credential(signed(ring, at, header=header), trust=ring.trusted("credentials"))
    assert check.reasons == ["Cette attestation n’a pas la forme de celles de la plateforme."]


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


# --- Withdrawal ---------------------------------------------------------------------------------------------------


def test_status_list_tells_withdrawn_labels(facts, ring, at):
    trust = ring.trusted("credentials")
    listed = make_status_list({0, 9, 131_071}, keys=ring, base_url=SITE, status_url=STATUS, at=at)
    assert [index for index in (0, 1, 8, 9, 10, 131_070, 131_071) if is_withdrawn(listed, index, trust=trust)] == [
        0,
        9,
        131_071,
    ]
    token = make_credential(
        facts, keys=ring, base_url=SITE, credential_id=CREDENTIAL, at=at, status_url=STATUS, status_index=9
    )
    check = verify_credential(token, trust=trust)
    assert (check.ok, check.status_url, check.status_index) == (True, STATUS, 9)
    assert claims_of(token)["credentialStatus"] == {
        "id": f"{STATUS}#9",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "9",
        "statusListCredential": STATUS,
    }


def test_status_list_is_not_an_award_and_conversely(credential, ring, at):
    trust = ring.trusted("credentials")
    listed = make_status_list(set(), keys=ring, base_url=SITE, status_url=STATUS, at=at)
    assert not verify_credential(listed, trust=trust).ok
    with pytest.raises(ValueError, match="not a status list"):
        is_withdrawn(credential, 0, trust=trust)


def test_status_list_refuses_impossible_places(ring, at, tmp_path):
    trust = ring.trusted("credentials")
    listed = make_status_list(set(), keys=ring, base_url=SITE, status_url=STATUS, at=at)
    for index in (-1, 131_072):
        with pytest.raises(ValueError, match="no place"):
            is_withdrawn(listed, index, trust=trust)
        with pytest.raises(ValueError, match="no place"):
            make_status_list({index}, keys=ring, base_url=SITE, status_url=STATUS, at=at)
    with pytest.raises(ValueError, match="autre clé"):
        is_withdrawn(listed, 0, trust=throwaway_ring(tmp_path / "other").trusted("credentials"))


@pytest.mark.parametrize("encoded", ["u", "uAAAA", "zAAAA", "uH4sIAAAA", None, "u\u00e9"])
def test_status_list_that_cannot_be_read(encoded, ring, at):
    listed = signed(ring, at, type=["BitstringStatusListCredential"], credentialSubject={"encodedList": encoded})
    with pytest.raises(ValueError, match=r".+"):
        is_withdrawn(listed, 0, trust=ring.trusted("credentials"))


def test_a_status_list_and_a_place_go_together(facts, ring, at):
    for status in ({"status_url": STATUS}, {"status_index": 3}):
        with pytest.raises(ValueError, match="go together"):
            make_credential(facts, keys=ring, base_url=SITE, credential_id=CREDENTIAL, at=at, **status)


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
    mark_compromised(copy, KeyRing.load(copy).of("credentials")[0].kid, on=date(2027, 1, 1))
    with pytest.raises(CommandError, match="déclarée compromise"):
        call_command("verify_credential", str(path))
