"""What an identity of a provider opens: an account that was linked, a proof, an invitation; and what it does not."""

import json
import time
from datetime import timedelta

import pytest
import time_machine
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from ecoquartier.accounts.models import Invitation
from ecoquartier.accounts.queries import invitation_secret
from ecoquartier.accounts.services import credentials, erase, export_data, invitations
from ecoquartier.core.errors import PermissionRefused
from ecoquartier.ops.services.identity_provider import ONE_FACTOR, TWO_FACTORS
from ecoquartier.people.models import User
from tests.support.client import StrictClient
from tests.support.pages import queries_of, signed_in, words
from tests.support.world import fresh
from tests.web.account.provider import (
    ID_TOKEN,
    ISSUER,
    USERINFO,
    authorized,
    come_back,
    enter_by,
    leave,
)
from tests.web.account.support import PASSWORD, SECURITY, add_application, code_of, enter, received

PROOF, IDENTITY = "/compte/double-verification/", "/compte/identite/"
LINK, PROVE = "/compte/fournisseur/relier/", "/compte/identite/fournisseur/"
DESK = "/espace/pilotage/"
LATER = timedelta(minutes=20)


@pytest.fixture
def agent(official, provider):
    """Somebody of the bureau, whose account an identity opens."""
    SocialAccount.objects.create(user=official, provider=ISSUER, uid="dominique-1")
    return official


# --- The second factor --------------------------------------------------------------------------------------------


def test_a_second_factor_seen_by_the_provider_counts(provider, agent, client):
    enter_by(client, provider, "dominique-1", TWO_FACTORS)
    assert client.get(DESK).status_code == 200
    assert "Une double vérification vous est demandée" not in words(client.get(SECURITY))


def test_a_method_counts_as_a_level_does(provider, agent, client):
    provider.changed = {ID_TOKEN: {"amr": ["pwd", "mfa"]}}
    enter_by(client, provider, "dominique-1", ONE_FACTOR)
    assert client.get(DESK).status_code == 200


@pytest.mark.parametrize(
    "said",
    [
        {},
        {ID_TOKEN: {"acr": None}},
        {ID_TOKEN: {"acr": ["eidas2"]}},
        {ID_TOKEN: {"acr": "eidas2 eidas3"}},
        {ID_TOKEN: {"amr": "mfa"}},
        {ID_TOKEN: {"amr": [["mfa"], None]}},
        # Only what the signed id_token says of this sign-in counts.
        {USERINFO: {"acr": "eidas2", "amr": ["mfa"]}},
    ],
    ids=str,
)
def test_anything_else_does_not_count(provider, agent, client, said):
    provider.changed = said
    enter_by(client, provider, "dominique-1", ONE_FACTOR)
    assert client.session[SESSION_KEY] == str(agent.pk)
    assert client.get(DESK)["Location"] == f"{PROOF}?next={DESK}"


def test_without_settings_no_level_counts(provider, agent, client, settings):
    settings.OIDC_SECOND_FACTOR_ACR, settings.OIDC_SECOND_FACTOR_AMR = [], []
    enter_by(client, provider, "dominique-1", TWO_FACTORS)
    assert client.get(DESK)["Location"].startswith(PROOF)


def test_ours_is_asked_as_after_a_password(provider, linked, client):
    secret = add_application(enter(linked))
    with time_machine.travel(timezone.now() + LATER, tick=False):
        response = enter_by(client, provider, "camille-1", ONE_FACTOR, next="/espace/operations/")
        assert response["Location"] == f"{PROOF}?next=/espace/operations/"
        assert SESSION_KEY not in client.session
        # What waits for the code holds no token of the provider.
        assert not {"access_token", "token"} & set(client.session["account_login"]["signal_kwargs"]["sociallogin"])
        assert client.post(PROOF, {"code": "123456"}).status_code == 422
        done = client.post(PROOF, {"code": code_of(secret)})
    assert done["Location"] == "/espace/operations/"
    assert client.session[SESSION_KEY] == str(linked.pk)


def test_ours_is_not_asked_twice(provider, linked, client):
    add_application(enter(linked))
    assert enter_by(client, provider, "camille-1", TWO_FACTORS)["Location"] == "/espace/"
    assert client.session[SESSION_KEY] == str(linked.pk)


def test_removing_ours_keeps_what_the_provider_saw(provider, agent, client):
    add_application(enter(agent))
    provider.changed = {ID_TOKEN: {"auth_time": int(time.time())}}
    enter_by(client, provider, "dominique-1", TWO_FACTORS)
    assert client.post("/compte/application/retirer/")["Location"] == SECURITY
    assert client.get(DESK).status_code == 200


# --- Linking ------------------------------------------------------------------------------------------------------


def test_linking_is_from_ones_own_account(provider, person):
    client = enter(person)
    assert "Relier ProConnect" in words(client.get(SECURITY))
    page = words(client.get(LINK))
    assert "Ni votre nom, ni votre adresse, ni vos rôles ne changent." in page
    response = come_back(client, authorized(provider, leave(client, LINK), "camille-1"))
    assert response["Location"] == SECURITY
    page = words(client.get(SECURITY))
    assert "Vous pouvez maintenant vous connecter avec ProConnect." in page
    assert "ProConnect ouvre votre compte depuis le" in page
    assert "Relier ProConnect" not in page
    assert "la connexion avec ProConnect a été ajoutée" in received(person.email)[0]
    other = StrictClient()
    enter_by(other, provider, "camille-1")
    assert other.session[SESSION_KEY] == str(person.pk)


def test_linking_asks_for_a_recent_proof(provider, person):
    client = enter(person)
    with time_machine.travel(timezone.now() + LATER):
        for response in (client.get(LINK), client.post(LINK)):
            assert response["Location"] == f"{IDENTITY}?next={LINK}"


def test_linking_asks_for_the_second_factor(provider, person):
    add_application(enter(person))
    client = StrictClient()
    client.force_login(person, second_factor=False)
    assert client.post(LINK)["Location"].startswith(PROOF)


def test_an_identity_opens_one_account(provider, linked, official):
    client = signed_in(official)
    response = come_back(client, authorized(provider, leave(client, LINK), "camille-1"))
    assert response["Location"] == SECURITY
    assert "Cette identité ouvre déjà un autre compte." in words(client.get(SECURITY))
    assert SocialAccount.objects.get().user == linked
    assert received(official.email) == []


def test_an_account_has_one_identity_of_a_provider(provider, linked):
    client = enter(linked)
    assert "ProConnect ouvre déjà votre compte." in words(client.get(LINK))
    come_back(client, authorized(provider, leave(client, LINK), "inconnue-1"))
    assert SocialAccount.objects.get().uid == "camille-1"


def test_a_link_needs_the_session_that_left(provider, person):
    client = enter(person)
    brought = authorized(provider, leave(client, LINK), "camille-1")
    Session.objects.all().delete()
    assert come_back(client, brought).status_code == 403
    assert not SocialAccount.objects.exists()


def test_only_oneself_links_and_unlinks(provider, linked, official):
    with pytest.raises(PermissionRefused):
        credentials.link_identity(linked, actor=official, identity=credentials.Identity(ISSUER, "autre"))
    account = SocialAccount.objects.get()
    with pytest.raises(PermissionRefused):
        credentials.unlink_identity(account, actor=official)
    assert signed_in(official).post(f"/compte/fournisseur/{account.pk}/retirer/").status_code == 404


def test_an_unlinked_identity_opens_nothing_more(provider, agent):
    elsewhere = enter(agent)
    client = StrictClient()
    provider.changed = {ID_TOKEN: {"auth_time": int(time.time())}}
    enter_by(client, provider, "dominique-1", TWO_FACTORS)
    address = f"/compte/fournisseur/{SocialAccount.objects.get().pk}/retirer/"
    assert "Vos autres sessions seront fermées." in words(client.get(address))
    assert client.post(address)["Location"] == SECURITY
    assert "la connexion avec ProConnect a été retirée" in received(agent.email)[-1]
    # Neither does what it had proved.
    assert client.get(DESK)["Location"].startswith(PROOF)
    assert elsewhere.get(SECURITY).status_code == 302
    assert enter_by(StrictClient(), provider, "dominique-1").status_code == 403


def test_an_identity_of_a_former_provider_is_listed_and_removed(provider, person):
    old = SocialAccount.objects.create(user=person, provider="https://ancien.example/oidc", uid="camille-1")
    client = enter(person)
    page = words(client.get(SECURITY))
    assert "ancien.example ouvre votre compte depuis le" in page
    assert "Relier ProConnect" in page
    client.post(f"/compte/fournisseur/{old.pk}/retirer/")
    assert not SocialAccount.objects.exists()


def test_the_page_costs_the_same(provider, linked):
    one = queries_of(linked, SECURITY)
    for n in range(2):
        SocialAccount.objects.create(user=linked, provider=f"https://ancien-{n}.example/", uid="camille-1")
    assert queries_of(linked, SECURITY) == one <= 15


# --- Proving ------------------------------------------------------------------------------------------------------


def test_coming_back_is_no_recent_proof(provider, linked, client):
    """The provider may have answered without asking anything: whoever sits at an open computer proves nothing."""
    provider.changed = {ID_TOKEN: {"auth_time": None}}
    enter_by(client, provider, "camille-1")
    assert client.get(LINK)["Location"].startswith(IDENTITY)
    provider.changed = {ID_TOKEN: {"auth_time": int(time.time()) - 3600}}
    enter_by(client, provider, "camille-1")
    assert client.get(LINK)["Location"].startswith(IDENTITY)
    provider.changed = {ID_TOKEN: {"auth_time": int(time.time()) - 60}}
    enter_by(client, provider, "camille-1")
    assert client.get(LINK).status_code == 200


def test_the_provider_can_be_asked_again(provider, linked, client):
    provider.changed = {ID_TOKEN: {"auth_time": None}}
    enter_by(client, provider, "camille-1")
    assert "Confirmer avec ProConnect" in words(client.get(f"{IDENTITY}?next={LINK}"))
    asked = leave(client, PROVE, next="/compte/mot-de-passe/")
    assert asked["prompt"] == "login"
    assert json.loads(asked["claims"])["id_token"]["auth_time"] == {"essential": True}
    provider.changed = {}
    response = come_back(client, authorized(provider, asked, "camille-1"))
    assert response["Location"] == "/compte/mot-de-passe/"
    assert client.get("/compte/mot-de-passe/").status_code == 200


@pytest.mark.parametrize("at", [None, 0, -1, "maintenant", 1_600_000_000])
def test_a_provider_that_did_not_ask_again_proves_nothing(provider, linked, client, at):
    provider.changed = {ID_TOKEN: {"auth_time": at}}
    enter_by(client, provider, "camille-1")
    response = come_back(client, authorized(provider, leave(client, PROVE), "camille-1"))
    assert response.status_code == 403
    assert "n’a pas redemandé qui vous êtes" in words(response)
    assert client.get(LINK)["Location"].startswith(IDENTITY)


def test_somebody_elses_identity_proves_nothing(provider, linked, agent, client):
    provider.changed = {ID_TOKEN: {"auth_time": None}}
    enter_by(client, provider, "camille-1")
    provider.changed = {}
    for subject in ("dominique-1", "inconnue-1"):
        response = come_back(client, authorized(provider, leave(client, PROVE), subject, TWO_FACTORS))
        assert response.status_code == 403
        assert "n’est pas celle de votre compte" in words(response)
    assert client.session[SESSION_KEY] == str(linked.pk)
    assert client.get(LINK)["Location"].startswith(IDENTITY)


def test_it_is_offered_to_those_who_have_it(provider, person):
    assert "ProConnect" not in words(enter(person).get(IDENTITY))


# --- An invitation ------------------------------------------------------------------------------------------------

ADDRESS = "dominique@ville.example"


@pytest.fixture
def place(world):
    return world.correspondent.memberships.get().organisation


@pytest.fixture
def link(world, place):
    actor = world.coordinator
    sent = invitations.invite(actor, actor=actor, email=ADDRESS, reason="Nouvelle.", organisation=place)
    return reverse("account:invitation", kwargs={"secret": invitation_secret(sent.pk)})


def join(client, provider, link, subject="dominique-1", name="Dominique Lebrun"):
    asked = leave(client, link, provider="1", full_name=name, password="")
    return come_back(client, authorized(provider, asked, subject))


def test_joining_with_the_identity(provider, link, place, client):
    assert "Accepter avec ProConnect, sans mot de passe" in words(client.get(link))
    assert join(client, provider, link)["Location"] == "/espace/"
    person = User.objects.get(email=ADDRESS)
    assert (person.full_name, person.has_usable_password()) == ("Dominique Lebrun", False)
    assert fresh(person).rights.organisations == {place.pk}
    assert client.session[SESSION_KEY] == str(person.pk)
    assert "L’invitation est acceptée." in client.get("/espace/").content.decode()
    account = SocialAccount.objects.get()
    assert (account.user, account.provider, account.uid) == (person, ISSUER, "dominique-1")


def test_a_name_is_needed_first(provider, link, client):
    response = client.post(link, {"provider": "1", "full_name": ""})
    assert response.status_code == 422
    assert "1 point à corriger" in words(response)


def test_an_identity_that_opens_an_account_does_not_open_a_second(provider, linked, link, client):
    response = join(client, provider, link, "camille-1")
    assert response.status_code == 403
    assert "Cette identité ouvre déjà un compte" in words(response)
    assert Invitation.objects.get().is_open
    assert not User.objects.filter(email=ADDRESS).exists()


def test_an_invitation_withdrawn_meanwhile_creates_nobody(provider, link, world, client):
    asked = leave(client, link, provider="1", full_name="Dominique Lebrun")
    invitations.withdraw_invitation(Invitation.objects.get(), actor=world.coordinator)
    response = come_back(client, authorized(provider, asked, "dominique-1"))
    assert response.status_code == 403
    assert "Cette invitation ne sert plus" in words(response)
    assert not User.objects.filter(email=ADDRESS).exists()
    assert not SocialAccount.objects.exists()
    assert SESSION_KEY not in client.session


def test_an_account_that_exists_signs_in_first(provider, link, client):
    User.objects.create_user(ADDRESS, "Dominique Lebrun", PASSWORD)
    assert "ProConnect, sans" not in words(client.get(link))
    assert client.post(link, {"provider": "1", "full_name": "Autre"}).status_code == 422
    assert not SocialAccount.objects.exists()


def test_a_password_signs_in_by_the_same_pipeline(link, client):
    before = StrictClient()
    before.get(link)
    response = client.post(link, {"full_name": "Dominique Lebrun", "password": PASSWORD})
    assert response["Location"] == "/espace/"
    person = User.objects.get(email=ADDRESS)
    assert client.session[SESSION_KEY] == str(person.pk)
    assert person.usersession_set.get().session_key == client.session.session_key
    assert [proof["method"] for proof in client.session["account_authentication_methods"]] == ["password"]


# --- One's data ---------------------------------------------------------------------------------------------------


def test_the_copy_says_which_provider_and_the_erasure_removes_it(provider, linked):
    told = export_data(linked)["socialaccount.SocialAccount"]
    assert [(row["provider"], row["uid"]) for row in told] == [(ISSUER, "camille-1")]
    erase(linked, actor=linked)
    assert not SocialAccount.objects.exists()
