"""Named reads of the outbox, of words, of preferences."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from ecoquartier.core.registry import Task, Work, audiences, pending
from ecoquartier.notifications.domain import Notice, notices
from ecoquartier.notifications.enums import CADENCES, LEFT, Cadence, Family, MessageState
from ecoquartier.notifications.models import IS_CURRENT, Bounce, Letter, Message, Preference, ReminderSchedule, Wording
from ecoquartier.people.models import User

DEFAULT_DAYS = (7, 1)
"""How many days before a date people are reminded of it, until the bureau says otherwise."""

PREFERENCES_PAGE = "/compte/notifications/"


def outbox() -> QuerySet[Message]:
    """Every message with its recipient, the latest first: for those who may read all of them."""
    return Message.objects.select_related("recipient").order_by("-created_at", "pk")


def counts_by_state() -> dict[str, int]:
    """How many messages are in each state."""
    return dict(Message.objects.order_by().values_list("state").annotate(Count("pk")))


def kinds() -> list[Notice]:
    """Every kind of message, by app then key."""
    return sorted((notice for _key, notice in notices.items()), key=lambda notice: (notice.app, notice.key))


def notice_of(key: str) -> Notice:
    """The kind of message under `key`.

    Raises:
        LookupError: none is declared.
    """
    notice = notices.get(key)
    if notice is None:
        raise LookupError(f"No notice is declared for {key}.")
    return notice


def addressee_of(message: Message) -> str:
    """Whom a message is for: a person, or an address that nobody has an account for yet."""
    notice = notices.get(message.key)
    return message.context[notice.leaves_for] if notice and notice.leaves_for else str(message.recipient)


def addressed_to(word: str) -> Q:
    """Messages for somebody whose name or address holds this word."""
    found = Q(recipient__full_name__icontains=word) | Q(recipient__email__icontains=word)
    for notice in kinds():
        if notice.leaves_for:
            found &= ~Q(key=notice.key)
            found |= Q(("key", notice.key), (f"context__{notice.leaves_for}__icontains", word))
    return found


def wordings_in_force() -> dict[str, Wording]:
    """Words of the bureau by key of message: one query for a whole page."""
    return {wording.key: wording for wording in Wording.objects.filter(ended_at=None).select_related("written_by")}


def wording_in_force(key: str) -> Wording | None:
    """Words of the bureau for one kind of message, if any."""
    return Wording.objects.filter(key=key, ended_at=None).first()


def wordings_of(key: str) -> QuerySet[Wording]:
    """What the bureau wrote for one kind of message, the latest first."""
    return Wording.objects.filter(key=key).select_related("written_by").order_by("-number")


def reminder_days() -> tuple[int, ...]:
    """How many days before a date people are reminded of it, the most first."""
    latest = ReminderSchedule.objects.order_by("-set_at", "-pk").first()
    return tuple(sorted(latest.days if latest else DEFAULT_DAYS, reverse=True))


def preferences_of(user: User) -> dict[Family, Cadence]:
    """How this person receives each family."""
    chosen = dict(Preference.objects.filter(user=user).values_list("family", "cadence"))
    return {family: Cadence(chosen.get(family, CADENCES[family][0])) for family in Family}


def cadences_for(family: Family, people: Iterable[User]) -> dict[object, Cadence]:
    """Person's id → how each receives this family, in one query."""
    people = list(people)
    chosen = dict(Preference.objects.filter(family=family, user__in=people).values_list("user", "cadence"))
    return {person.pk: Cadence(chosen.get(person.pk, CADENCES[family][0])) for person in people}


def tasks_of(user: User) -> list[Task]:
    """Everything that waits for a person, as each app knows it."""
    return [task for _key, entry in pending.items() for task in entry(user).to_do]


def bounce_of(user: User) -> Bounce | None:
    """What is known against the person's present address."""
    bounce = getattr(user, "bounce", None)
    return bounce if bounce and bounce.address == user.email else None


def people_with_failing_address() -> QuerySet[User]:
    """Active people whose present address refuses messages."""
    return User.objects.filter(IS_CURRENT, is_active=True).select_related("bounce").order_by("full_name", "pk")


def work_of(user: User) -> Work:
    """An address that refuses messages, to be checked by its owner."""
    bounce = bounce_of(user)
    return Work([Task(_("Vérifier votre adresse électronique"), PREFERENCES_PAGE, bounce.address)] if bounce else ())


def grouped_breaches() -> list[str]:
    """Invariant: no message is in a digest that has not left and will not leave."""
    leaves = [MessageState.READY, MessageState.SENDING, *LEFT]
    rows = Message.objects.filter(state=MessageState.GROUPED).exclude(digest__state__in=leaves)
    return [f"message {pk}\u00a0: dans un résumé qui ne part pas" for pk in rows.values_list("pk", flat=True)]


def letters() -> QuerySet[Letter]:
    """Every letter to a group, the latest first: for those who may write to all."""
    return Letter.objects.select_related("written_by").order_by("-written_at", "pk")


def recipients_of(letter: Letter) -> QuerySet[User]:
    """Who a letter is for, now: active people of its group, each once; nobody when the kind of group is unknown."""
    audience = audiences.get(letter.audience)
    people: QuerySet[User] = audience.people(letter.group) if audience else User.objects.none()
    return User.objects.filter(is_active=True, pk__in=people.order_by().values_list("pk")).order_by("full_name", "pk")


def groups() -> list[tuple[str, list[tuple[str, str, int]]]]:
    """(label of the kind, [(code, name of the group, its people)]): what the bureau may write to, but to nobody.

    Every group is counted in one query.
    """
    kinds = [(key, audience, audience.groups()) for key, audience in audiences.items()]
    members = {
        f"{key}:{code}": audience.people(code).order_by().values_list("pk")
        for key, audience, named in kinds
        for code, _name in named
    }
    columns = {f"n{n}": Count("pk", filter=Q(pk__in=people)) for n, people in enumerate(members.values())}
    counted = User.objects.filter(is_active=True).aggregate(**columns)
    sizes = dict(zip(members, counted.values(), strict=True))
    found = [
        (str(audience.label), [(f"{key}:{code}", name, sizes[f"{key}:{code}"]) for code, name in named])
        for key, audience, named in kinds
    ]
    return [(label, [group for group in named if group[2]]) for label, named in found]
