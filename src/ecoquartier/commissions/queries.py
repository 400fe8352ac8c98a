"""Named reads of commissions."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ecoquartier.campaigns.enums import DecisionPath
from ecoquartier.commissions.domain import Quorum, quorum
from ecoquartier.commissions.enums import Level, Outcome, Presence, SeatPart, SittingState, VoteMode
from ecoquartier.commissions.models import AgendaItem, Attendance, Commission, Declaration, Seat, Sitting
from ecoquartier.core.canonical import sha256_hex
from ecoquartier.core.registry import Task
from ecoquartier.dossiers.enums import DossierState
from ecoquartier.dossiers.models import Dossier
from ecoquartier.operations.models import Recommendation
from ecoquartier.people.models import User

LIVE = (SittingState.PLANNED, SittingState.CONVENED, SittingState.OPEN, SittingState.CLOSED)

PATHS_BY_LEVEL = {
    Level.REGIONAL: (DecisionPath.REGIONAL_THEN_NATIONAL, DecisionPath.REGIONAL_FINAL),
    Level.NATIONAL: (DecisionPath.REGIONAL_THEN_NATIONAL, DecisionPath.REGIONAL_FINAL, DecisionPath.NATIONAL_ONLY),
}


def ready_for(commission: Commission, campaign) -> QuerySet[Dossier]:
    """Dossiers that may go on an agenda of this commission: in its territory, at its level, on no live agenda."""
    dossiers = Dossier.objects.filter(campaign=campaign, stage__decision_path__in=PATHS_BY_LEVEL[commission.level])
    if commission.level == Level.REGIONAL:
        dossiers = dossiers.filter(
            state=DossierState.ASSESSED,
            operation__lead_commune__county__region__in=commission.regions.all(),
        )
    else:
        dossiers = dossiers.filter(
            Q(state__in=[DossierState.PROPOSED, DossierState.REFERRED])
            | Q(state=DossierState.ASSESSED, stage__decision_path=DecisionPath.NATIONAL_ONLY)
        )
    live = AgendaItem.objects.filter(sitting__state__in=LIVE).exclude(
        outcome=Outcome.CARRY_OVER, sitting__state=SittingState.CLOSED
    )
    return dossiers.exclude(pk__in=live.values("dossier")).select_related("operation", "stage").order_by("created_at")


def allowed_outcomes(item: AgendaItem) -> list[Outcome]:
    """Outcomes this commission may reach on this dossier (rule 13)."""
    if item.sitting.commission.level == Level.NATIONAL:
        found = [Outcome.AWARD, Outcome.ADJOURN]
        if item.dossier.stage.decision_path != DecisionPath.NATIONAL_ONLY:
            found.append(Outcome.SEND_BACK)
    elif item.dossier.stage.decision_path == DecisionPath.REGIONAL_FINAL:
        found = [Outcome.AWARD, Outcome.ADJOURN, Outcome.REFER]
    else:
        found = [Outcome.PROPOSE, Outcome.ADJOURN, Outcome.REFER]
    return [*found, Outcome.CARRY_OVER]


def is_final(item: AgendaItem) -> bool:
    """Whether this sitting is the one that may award."""
    return Outcome.AWARD in allowed_outcomes(item)


def regional_proposal(dossier: Dossier) -> AgendaItem | None:
    """The item of the last signed regional minutes on this dossier."""
    return (
        AgendaItem.objects.filter(
            dossier=dossier, sitting__commission__level=Level.REGIONAL, sitting__state=SittingState.MINUTED
        )
        .order_by("-sitting__signed_at")
        .first()
    )


def quorum_of(item: AgendaItem) -> Quorum:
    """The quorum for one item: filled voting seats, those recused aside (rules 11 and 12)."""
    seats = set(
        Seat.objects.filter(commission=item.sitting.commission, is_voting=True, holder__isnull=False).values_list(
            "pk", "holder_id"
        )
    )
    recused_people = set(
        Declaration.objects.filter(dossier=item.dossier, is_recused=True).values_list("user_id", flat=True)
    )
    recused = {pk for pk, holder in seats if holder in recused_people}
    rows = Attendance.objects.filter(sitting=item.sitting).exclude(presence=Presence.ABSENT)
    pairs = list(rows.values_list("seat_id", "proxy_to_id"))
    voting = {pk for pk, _holder in seats}
    # A proxy counts only while the seat that carries it is in the room for this item.
    in_room = {pk for pk, proxy in pairs if proxy is None} - recused
    present = {pk for pk, proxy in pairs if pk in voting and (proxy is None or proxy in in_room)}
    commission = item.sitting.commission
    return quorum(
        seats=len(seats),
        present=len(present),
        recused=len(recused),
        recused_present=len(present & recused),
        fraction=(commission.quorum_numerator, commission.quorum_denominator),
    )


def recommendations_of(item: AgendaItem) -> QuerySet[Recommendation]:
    """Recommendations issued from an item once its minutes are signed."""
    return Recommendation.objects.filter(source_id=item.pk)


def draft_minutes(sitting: Sitting) -> str:
    """The minutes as they stand, written from what the sitting recorded (rule 14)."""
    lines = [
        _("Procès-verbal de la séance du %(day)s") % {"day": date_format(sitting.held_on, "j F Y")},
        str(sitting.commission),
        _("Campagne %(year)s") % {"year": sitting.campaign_id},
        "",
        _("Présences"),
    ]
    attendance = sitting.attendance.select_related("seat__organisation", "proxy_to__organisation")
    for row in attendance:
        proxy = _(" à %(name)s") % {"name": row.proxy_to.organisation} if row.proxy_to else ""
        lines.append(f"– {row.seat} : {row.get_presence_display()}{proxy}")
    items = sitting.items.select_related("dossier__operation__lead_commune", "dossier__stage").prefetch_related(
        "recommendations__commitment"
    )
    for item in items:
        lines += ["", *_minutes_of(item)]
    return "\n".join(lines)


def _minutes_of(item: AgendaItem) -> list[str]:
    dossier = item.dossier
    commune = dossier.operation.lead_commune.name
    lines = [
        _("Point %(n)s : %(operation)s (%(commune)s), %(stage)s")
        % {"n": item.position, "operation": dossier.operation, "commune": commune, "stage": dossier.stage}
    ]
    if dossier.state in {DossierState.WITHDRAWN, DossierState.CLOSED}:
        return [*lines, _("Candidature retirée : la commission ne se prononce pas.")]
    state = quorum_of(item)
    lines.append(
        _("Quorum : %(present)s siège(s) sur %(seats)s, %(required)s requis.")
        % {"present": state.present, "seats": state.seats, "required": state.required}
    )
    recused = Declaration.objects.filter(
        dossier=dossier, is_recused=True, user__seats__commission=item.sitting.commission
    ).select_related("user")
    lines += [_("%(name)s s’est retiré(e) et n’a pas pris part.") % {"name": row.user} for row in recused]
    lines.append(_("Avis : %(outcome)s.") % {"outcome": item.get_outcome_display() or _("non rendu")})
    if item.mode == VoteMode.HANDS:
        lines.append(
            _("Vote à main levée : %(for)s pour, %(against)s contre, %(abstentions)s abstention(s).")
            % {"for": item.votes_for, "against": item.votes_against, "abstentions": item.abstentions}
        )
    elif item.mode:
        lines.append(_("Avis rendu par consensus."))
    if item.reasons:
        lines.append(_("Motifs : %(text)s") % {"text": item.reasons})
    if item.support:
        lines.append(_("Accompagnement proposé : %(text)s") % {"text": item.support})
    for row in item.recommendations.all():
        on = f" ({row.commitment})" if row.commitment else ""
        lines.append(_("Recommandation%(on)s : %(text)s") % {"on": on, "text": row.text})
    return lines


def waiting_for(user: User) -> list[Task]:
    """Sittings to prepare for, to hold (secretary), minutes to sign (chair)."""
    seats = Seat.objects.filter(holder=user).values_list("commission_id", "part")
    parts = dict(seats)
    if not parts:
        return []
    rows = Sitting.objects.filter(
        commission__in=parts, state__in=[SittingState.CONVENED, SittingState.OPEN, SittingState.CLOSED]
    ).select_related("commission")
    undeclared = set(
        AgendaItem.objects.filter(sitting__in=rows)
        .exclude(dossier__declarations__user=user)
        .values_list("sitting_id", flat=True)
    )
    tasks = []
    for sitting in rows.order_by("held_on")[:20]:
        path, part = f"/espace/commissions/seances/{sitting.pk}/", parts[sitting.commission_id]
        note = str(sitting.commission)
        if sitting.state == SittingState.CLOSED:
            if part in {SeatPart.CHAIR, SeatPart.VICE_CHAIR}:
                tasks.append(Task(_("Signer le procès-verbal"), f"{path}proces-verbal/", note, sitting.held_on))
        elif part == SeatPart.SECRETARY:
            tasks.append(Task(_("Tenir la séance"), path, note, sitting.held_on))
        elif sitting.pk in undeclared:
            tasks.append(Task(_("Déclarer mes liens et lire l’ordre du jour"), path, note, sitting.held_on))
    return tasks


def minutes_breaches() -> list[str]:
    """Invariant: signed minutes have the hash of their text."""
    return [
        f"séance {pk} : procès-verbal altéré"
        for pk, text, digest in Sitting.objects.filter(state=SittingState.MINUTED).values_list(
            "pk", "minutes", "minutes_sha256"
        )
        if sha256_hex(text.encode()) != digest
    ]


def outcome_breaches() -> list[str]:
    """Invariant: a proposed dossier rests on an item of signed regional minutes that proposes it."""
    signed = AgendaItem.objects.filter(
        dossier=OuterRef("pk"), outcome=Outcome.PROPOSE, sitting__state=SittingState.MINUTED
    )
    rows = Dossier.objects.filter(state=DossierState.PROPOSED).exclude(Exists(signed))
    return [f"dossier {pk} : proposé sans procès-verbal" for pk in rows.values_list("pk", flat=True)]
