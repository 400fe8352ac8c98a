"""Somebody with a password, and somebody whose role asks for more."""

import pytest
from allauth.socialaccount.models import SocialAccount

from ecoquartier.people.enums import Role
from ecoquartier.people.models import RoleGrant, User
from ecoquartier.web.account.openid_flow import IdentityAdapter
from tests.web.account.provider import ISSUER, OIDC, Wire, make_provider
from tests.web.account.support import PASSWORD


@pytest.fixture
def person(db):
    """A person without any role."""
    return User.objects.create_user("camille@example.org", "Camille Armand", PASSWORD)


@pytest.fixture
def official(db):
    """A person of the national bureau."""
    user = User.objects.create_user("dominique@example.org", "Dominique Martin", PASSWORD)
    RoleGrant.objects.create(user=user, role=Role.BUREAU)
    return user


@pytest.fixture
def provider(settings, monkeypatch):
    """An identity provider, configured, which knows three people."""
    for name, value in OIDC.items():
        setattr(settings, name, value)
    found = make_provider("camille-1", "dominique-1", "inconnue-1")
    monkeypatch.setattr(IdentityAdapter, "get_requests_session", lambda self: Wire(found))
    return found


@pytest.fixture
def linked(person, provider):
    """`person`, whose account an identity opens."""
    SocialAccount.objects.create(user=person, provider=ISSUER, uid="camille-1")
    return person
