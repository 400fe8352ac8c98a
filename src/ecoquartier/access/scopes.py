"""Who may see which rows: the matrix as queries. Web code gets rows only from here."""

from __future__ import annotations

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from ecoquartier.access.predicates import closed_messages, eyes_of
from ecoquartier.accounts.models import Invitation, SupportSession
from ecoquartier.accounts.queries import invitations, support_sessions
from ecoquartier.awards.models import Ceremony
from ecoquartier.campaigns.queries import campaign_of_the_moment
from ecoquartier.commissions.enums import Level, SeatPart
from ecoquartier.commissions.models import AgendaItem, Commission, Declaration, Seat, Sitting
from ecoquartier.commissions.predicates import ANNOUNCED_STATES, seats_of
from ecoquartier.core.registry import Work, pending, scopes
from ecoquartier.dossiers.enums import OPEN_STATES, OUTCOMES
from ecoquartier.dossiers.models import Dossier
from ecoquartier.dossiers.queries import HIDDEN_STATES, published_outcome
from ecoquartier.expertise.enums import AssignmentState, ReportState, SynthesisState
from ecoquartier.expertise.models import Assignment, ExpertReport
from ecoquartier.expertise.predicates import sealed_by_all
from ecoquartier.framework.models import Framework, LocalSupplement
from ecoquartier.framework.queries import supplements, versions
from ecoquartier.journal.enums import Release
from ecoquartier.journal.models import Entry
from ecoquartier.journal.queries import all_entries
from ecoquartier.notifications.models import Letter, Message
from ecoquartier.notifications.queries import letters, outbox
from ecoquartier.operations.models import Claim, Operation
from ecoquartier.people.enums import Role
from ecoquartier.people.models import Membership, Organisation, RoleGrant, User
from ecoquartier.people.queries import acting_for, acting_in, organisations, registered_people, seated_in


def _territory(user, path: str) -> Q:
    """Rows whose lead commune (at `path`) is in the person's counties or regions."""
    return Q(**{f"{path}county__in": user.rights.counties}) | Q(**{f"{path}county__region__in": user.rights.regions})


def people_visible_to(user) -> QuerySet[User]:
    """Rows of `people.view`: those of one's territory, organisations and commissions; all for the bureau."""
    rows = registered_people()
    if Role.BUREAU in user.rights.roles:
        return rows
    seats = Seat.objects.filter(commission__level=Level.REGIONAL, commission__regions__in=user.rights.regions)
    return rows.filter(
        acting_in(counties=user.rights.counties, regions=user.rights.regions)
        | acting_for(user.rights.represents)
        | Q(pk__in=seats.filter(holder__isnull=False).values("holder"))
    )


def roles_visible_to(user) -> QuerySet[RoleGrant]:
    """Roles of the people one may see."""
    people = people_visible_to(user).order_by().values("pk")
    return RoleGrant.objects.filter(user__in=people).select_related("user", "county__region", "region")


def memberships_visible_to(user) -> QuerySet[Membership]:
    """Who acts today for the organisations one may see."""
    seen = organisations_visible_to(user).order_by().values("pk")
    return Membership.objects.filter(ended_on=None, organisation__in=seen).select_related(
        "user", "organisation__commune__county"
    )


def organisations_visible_to(user) -> QuerySet[Organisation]:
    """Rows of `organisations.view`: those of one's territory, those one represents; all for the bureau."""
    rows = organisations()
    if Role.BUREAU in user.rights.roles:
        return rows
    return rows.filter(
        seated_in(counties=user.rights.counties, regions=user.rights.regions) | Q(pk__in=user.rights.represents)
    )


def invitations_visible_to(user) -> QuerySet[Invitation]:
    """Rows of `invitations.view`: one's own; all for the bureau."""
    rows = invitations()
    return rows if Role.BUREAU in user.rights.roles else rows.filter(invited_by=user)


def support_visible_to(user) -> QuerySet[SupportSession]:
    """Rows of `support.view`: those one asked for; all for the bureau."""
    return support_sessions() if Role.BUREAU in user.rights.roles else support_asked_by(user)


def support_asked_by(user) -> QuerySet[SupportSession]:
    """Sessions of the support mode that one asked for."""
    return support_sessions().filter(asked_by=user)


def operations_visible_to(user) -> QuerySet[Operation]:
    """Rows of `operations.view`: own team, own collectivité, own territory; all for the bureau."""
    rows = Operation.objects.select_related("lead_commune__county__region", "holder")
    if Role.BUREAU in user.rights.roles:
        return rows
    return rows.filter(
        Q(pk__in=Operation.objects.filter(team__user=user).values("pk"))
        | Q(pk__in=Operation.objects.filter(collectivites__in=user.rights.represents).values("pk"))
        | _territory(user, "lead_commune__")
    )


def register_for(user) -> QuerySet[Operation]:
    """The whole register, for anybody with an account to find the operation to claim."""
    return Operation.objects.select_related("lead_commune__county__region", "holder")


def claims_visible_to(user) -> QuerySet[Claim]:
    """Rows of `operations.confirm_holder`: claims of the county, all for the bureau."""
    rows = Claim.objects.select_related("operation__lead_commune__county", "organisation", "user")
    if Role.BUREAU in user.rights.roles:
        return rows
    return rows.filter(operation__lead_commune__county__in=user.rights.counties)


def _not_recused(user, dossier: str) -> Q:
    """Rows whose dossier (at `dossier`) is closed by no recusal, be it that of whoever sees through the person."""
    closed = Q()
    for eye in eyes_of(user):
        recused = Declaration.objects.filter(dossier=OuterRef(dossier), user=eye, is_recused=True)
        closed |= Q(Exists(recused)) & Q(Exists(eye.seats.all()))
    return ~closed


def dossiers_visible_to(user) -> QuerySet[Dossier]:
    """Rows of `dossiers.view`, recused dossiers taken away."""
    rows = Dossier.objects.select_related(
        "operation__lead_commune__county__region", "campaign__scheme", "campaign__framework", "stage", "holder"
    )
    agenda = AgendaItem.objects.filter(
        dossier=OuterRef("pk"), sitting__state__in=ANNOUNCED_STATES, sitting__commission__seats__holder=user
    )
    mine = Assignment.objects.filter(dossier=OuterRef("pk"), expert=user, state=AssignmentState.ACCEPTED)
    if Role.BUREAU not in user.rights.roles:
        rows = rows.filter(
            Q(operation__in=Operation.objects.filter(team__user=user).values("pk"))
            | Q(operation__in=Operation.objects.filter(collectivites__in=user.rights.represents).values("pk"))
            | _territory(user, "operation__lead_commune__")
            | Exists(mine)
            | Exists(agenda)
        )
    return rows.filter(_not_recused(user, "pk"))


def dossiers_in_progress_for(user) -> QuerySet[Dossier]:
    """Visible dossiers that are open for all this person knows: a decision not told leaves the list as it was.

    Those who are never told (the experts of an adjourned dossier) keep it until the campaign of the moment is over.
    """
    going_on = Q(notified_at__isnull=True) | Q(campaign__in=campaign_of_the_moment())
    untold = Q(state__in=OUTCOMES) & going_on & ~outcome_known_to(user)
    return dossiers_visible_to(user).filter(Q(state__in=OPEN_STATES) | untold)


def dossiers_settled_for(user) -> QuerySet[Dossier]:
    """Visible dossiers that are over for all this person knows, the latest first."""
    going_on = dossiers_in_progress_for(user).order_by().values("pk")
    return dossiers_visible_to(user).exclude(pk__in=going_on).order_by("-state_since")


def outcome_known_to(user) -> Q:
    """`dossiers.queries.knows_outcome` as a filter of dossiers, inside `dossiers_visible_to`."""
    known = Q()
    for eye in eyes_of(user):
        known &= _outcome_told_to(eye)
    return known


def _outcome_told_to(user) -> Q:
    if Role.BUREAU in user.rights.roles:
        return Q(pk__isnull=False)
    declared = Declaration.objects.filter(dossier=OuterRef("pk"), user=user, is_recused=False)
    opened_later = AgendaItem.objects.filter(
        dossier=OuterRef("dossier"), sitting__opened_at__gt=OuterRef("sitting__signed_at")
    )
    agenda = AgendaItem.objects.filter(
        ~Exists(opened_later),
        dossier=OuterRef("pk"),
        sitting__state__in=ANNOUNCED_STATES,
        sitting__commission__seats__holder=user,
    )
    own = Q(operation__in=Operation.objects.filter(team__user=user).values("pk")) | Q(
        operation__in=Operation.objects.filter(collectivites__in=user.rights.represents).values("pk")
    )
    return (
        _territory(user, "operation__lead_commune__")
        | (Q(Exists(declared)) & Q(Exists(agenda)))
        | (Q(notified_at__isnull=False) & own)
        | published_outcome()
    )


def work_of(user) -> Work:
    """What each app knows of a person’s work, less what is about a dossier for which they are recused: for good."""
    found = sum((entry(user) for _app, entry in pending.items()), Work())
    for eye in filter(seats_of, eyes_of(user)):
        recused = Declaration.objects.filter(user=eye, is_recused=True).values_list("dossier", flat=True)
        found = found.without(frozenset(recused))
    return found


def versions_edited_by(user) -> QuerySet[Framework]:
    """Rows of `framework.edit`: every version of the référentiel for the bureau, drafts too."""
    return versions() if Role.BUREAU in user.rights.roles else versions().none()


def supplements_visible_to(user) -> QuerySet[LocalSupplement]:
    """Rows of `framework.view_supplement`: those of one's counties and regions; all for the bureau."""
    rows = supplements()
    if Role.BUREAU in user.rights.roles:
        return rows
    return rows.filter(_territory(user, "") | Q(region__in=user.rights.regions))


def reports_visible_to(user) -> QuerySet[ExpertReport]:
    """Rows of `expertise.read_report`: one's own; others' once every current member has sealed (rule 8).

    The draft of somebody who left is archived unread; their sealed report stays, as an annex.
    """
    declared = Declaration.objects.filter(dossier=OuterRef("dossier"), user=user, is_recused=False)
    agenda = AgendaItem.objects.filter(
        dossier=OuterRef("dossier"), sitting__state__in=ANNOUNCED_STATES, sitting__commission__seats__holder=user
    )
    member = Assignment.objects.filter(dossier=OuterRef("dossier"), expert=user, state=AssignmentState.ACCEPTED)
    if Role.BUREAU in user.rights.roles:
        reader = Q()
    else:
        reader = (
            Exists(member)
            | (Exists(declared) & Exists(agenda))
            | _territory(user, "dossier__operation__lead_commune__")
        )
    rows = (
        ExpertReport.objects.select_related("assignment__expert", "dossier")
        .filter(Q(assignment__expert=user) | (Q(state=ReportState.SEALED) & sealed_by_all("dossier") & reader))
        .filter(_not_recused(user, "dossier"))
    )
    if user.seen_by is None:
        return rows
    return rows.filter(state=ReportState.SEALED, dossier__synthesis__state=SynthesisState.APPROVED)


def _assignments() -> QuerySet[Assignment]:
    return Assignment.objects.select_related(
        "dossier__operation__lead_commune__county__region",
        "dossier__operation__holder",
        "dossier__stage",
        "dossier__campaign__scheme",
        "dossier__holder",
        "expert",
    )


def assignments_of(user) -> QuerySet[Assignment]:
    """Rows of `expertise.answer`: one's own."""
    return _assignments().filter(expert=user)


def assignments_steered_by(user) -> QuerySet[Assignment]:
    """Rows of `expertise.assign`: all for the bureau."""
    return _assignments() if Role.BUREAU in user.rights.roles else _assignments().none()


def commissions_visible_to(user) -> QuerySet[Commission]:
    """Rows of `commissions.view`: where one sits, one's regions; all for the bureau."""
    rows = Commission.objects.all()
    if Role.BUREAU in user.rights.roles:
        return rows
    return rows.filter(Q(seats__holder=user) | Q(level="regional", regions__in=user.rights.regions)).distinct()


def commissions_run_by(user) -> QuerySet[Commission]:
    """Rows of `commissions.run`: those one is secretary of, one's regions; the national one for the bureau."""
    rows = Commission.objects.prefetch_related("regions")
    own = Q(seats__in=user.seats.filter(part=SeatPart.SECRETARY))
    own |= Q(level=Level.REGIONAL, regions__in=user.rights.regions)
    if Role.BUREAU in user.rights.roles:
        own |= Q(level=Level.NATIONAL)
    return rows.filter(own).distinct()


def sittings_visible_to(user) -> QuerySet[Sitting]:
    """Sittings of the commissions one may see."""
    return Sitting.objects.filter(commission__in=commissions_visible_to(user)).select_related("commission", "campaign")


def items_visible_to(user) -> QuerySet[AgendaItem]:
    """Rows of `commissions.view_item`: the agendas one prepares, and those one is convened for.

    What each item says is `commissions.read_outcome`.
    """
    rows = AgendaItem.objects.filter(sitting__in=sittings_visible_to(user))
    if Role.BUREAU not in user.rights.roles:
        convened = Q(sitting__state__in=ANNOUNCED_STATES, sitting__commission__in=user.seats.values("commission"))
        rows = rows.filter(convened | Q(sitting__commission__in=commissions_run_by(user).values("pk")))
    return rows.select_related(
        "sitting__commission",
        "sitting__campaign",
        "dossier__operation__lead_commune__county__region",
        "dossier__stage",
        "dossier__campaign__scheme",
    )


def ceremonies_visible_to(user) -> QuerySet[Ceremony]:
    """Rows of `awards.publish`: all for the bureau."""
    rows = Ceremony.objects.select_related("campaign", "requested_by", "confirmed_by")
    return rows if Role.BUREAU in user.rights.roles else rows.none()


def entries_visible_to(user) -> QuerySet[Entry]:
    """Rows of `journal.read`: the journal for the bureau, as each entry's release and each recusal allow.

    While an expertise goes on, nobody reads who has sealed (rule 8); a recused member reads nothing more of the
    dossier, for good (rule 12).
    """
    if Role.BUREAU not in user.rights.roles:
        return all_entries().none()
    unsealed = Dossier.objects.exclude(state__in=HIDDEN_STATES).exclude(sealed_by_all())
    rows = all_entries().exclude(release=Release.ALL_SEALED, about_id__in=_as_written(unsealed))
    for eye in eyes_of(user):
        recused = Dossier.objects.filter(declarations__user=eye, declarations__is_recused=True)
        rows = rows.exclude(Exists(eye.seats.all()), about_id__in=_as_written(recused))
    return rows


def _as_written(rows: QuerySet[Dossier]) -> QuerySet:
    """Ids of dossiers as the journal writes them."""
    return rows.order_by().values_list(Cast("pk", CharField()))


def messages_visible_to(user) -> QuerySet[Message]:
    """Rows of `outbox.read`: every message for the bureau, recused dossiers taken away (rule 12)."""
    if Role.BUREAU not in user.rights.roles:
        return outbox().none()
    rows = outbox()
    for eye in eyes_of(user):
        rows = rows.exclude(pk__in=closed_messages(eye).order_by().values("pk"))
    return rows


def letters_visible_to(user) -> QuerySet[Letter]:
    """Rows of `outbox.write`: every letter to a group for the bureau."""
    return letters() if Role.BUREAU in user.rights.roles else letters().none()


def register() -> None:
    """Fill the `scopes` seam."""
    for kind, scope in {
        "person": people_visible_to,
        "role": roles_visible_to,
        "membership": memberships_visible_to,
        "organisation": organisations_visible_to,
        "invitation": invitations_visible_to,
        "support": support_visible_to,
        "operation": operations_visible_to,
        "claim": claims_visible_to,
        "dossier": dossiers_visible_to,
        "version": versions_edited_by,
        "supplement": supplements_visible_to,
        "report": reports_visible_to,
        "assignment": assignments_of,
        "steered_assignment": assignments_steered_by,
        "commission": commissions_visible_to,
        "run_commission": commissions_run_by,
        "sitting": sittings_visible_to,
        "item": items_visible_to,
        "ceremony": ceremonies_visible_to,
        "entry": entries_visible_to,
        "message": messages_visible_to,
        "letter": letters_visible_to,
    }.items():
        scopes.register(kind, scope)
