"""Plugs the matrix into Django's `user.has_perm` and signs people in by e-mail address."""

from __future__ import annotations

from django.contrib.auth.backends import BaseBackend

from ecoquartier.access.permissions import allowed
from ecoquartier.people.models import User


class MatrixBackend(BaseBackend):
    """Password sign-in, and every right from the matrix. There is no superuser."""

    def authenticate(self, request, username: str | None = None, password: str | None = None, **kwargs) -> User | None:
        """The person of this address and password, active."""
        user = self.person_of(username or kwargs.get("email") or "", password or "")
        return user if user and user.is_active else None

    def person_of(self, email: str, password: str) -> User | None:
        """The person of this address and password, suspended or not; takes as long when nobody has the address."""
        user = User.objects.filter(email=email.lower()).first()
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) else None

    def get_user(self, user_id) -> User | None:
        """The signed-in person, unless suspended since."""
        return User.objects.select_related("bounce").filter(pk=user_id, is_active=True).first()

    def has_perm(self, user_obj, perm: str, obj=None) -> bool:
        """Ask the matrix."""
        return allowed(user_obj, perm, obj)
