"""The notebook of an operation: how far it is, and one commitment a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ecoquartier.campaigns.queries import current_framework
from ecoquartier.framework.enums import Provenance
from ecoquartier.framework.models import Commitment, Dimension, Framework, LocalSupplement
from ecoquartier.framework.queries import dimensions_of, supplements_for
from ecoquartier.notebooks.models import CommitmentAnswer, Notebook
from ecoquartier.notebooks.queries import Outline, SectionState, notebook_of, outline, rows_of
from ecoquartier.notebooks.services import AnswerConflict, save_answer
from ecoquartier.operations.queries import recommendations_told
from ecoquartier.web.holder import words
from ecoquartier.web.holder.forms import AnswerForm
from ecoquartier.web.holder.operations import OperationPage, above
from ecoquartier.web.shared.views import DetailPage, FormPage

NEXT = "suivant"


@dataclass(frozen=True)
class MenuEntry:
    """A section in the left menu."""

    title: str
    url: str
    badge: str
    tone: str
    is_current: bool = False


class NotebookPage(OperationPage):
    """What the index and the pages of the notebook share."""

    permission = "notebooks.view"

    @cached_property
    def notebook(self) -> Notebook | None:
        """The notebook, once a word of it is written."""
        return notebook_of(self.object)

    @cached_property
    def framework(self) -> Framework:
        """The version that the notebook answers, or with which it would begin."""
        framework = self.notebook.framework if self.notebook else current_framework()
        if framework is None:
            raise Http404
        return framework

    @cached_property
    def dimensions(self) -> list[Dimension]:
        """With their commitments."""
        return list(dimensions_of(self.framework))

    @cached_property
    def commitments(self) -> list[Commitment]:
        """All those of the version, in order."""
        found = [commitment for dimension in self.dimensions for commitment in dimension.commitments.all()]
        return sorted(found, key=lambda commitment: commitment.number)

    @cached_property
    def answers(self) -> dict[int, CommitmentAnswer]:
        """Every answer saved, by number."""
        return rows_of(self.object) if self.notebook else {}

    @cached_property
    def answered(self) -> set[int]:
        """Numbers of the commitments whose answer says something."""
        return {number for number, answer in self.answers.items() if answer.text.strip()}

    @cached_property
    def outline(self) -> Outline:
        """How far the notebook is."""
        return outline(self.object, self.dimensions, self.answered)

    @property
    def completeness(self) -> str:
        """« 46 % · il manque 13 éléments »."""
        done, total = self.outline.done, self.outline.total
        lacking = ngettext("il manque %(n)s élément", "il manque %(n)s éléments", total - done) % {"n": total - done}
        percent = 100 * done // total if total else 0
        return f"{percent}{words.NBSP}% · {lacking if done < total else _('rien ne manque')}"

    def menu(self, current: str = "") -> list[MenuEntry]:
        """The left menu, `current` being the code of the section shown."""
        return [
            MenuEntry(section.title, self.section_url(section), *self.badge_of(section), section.code == current)
            for section in self.outline.sections
        ]

    def section_url(self, section: SectionState) -> str:
        """Its first commitment without an answer; the sheet, for what the register holds."""
        if not section.commitments:
            if self.closed or not self.actor.has_perm("operations.write", self.object):
                return resolve_url("holder:operation", pk=self.object.pk)
            part = {"identity": "identite", "programme": "programme"}[section.code]
            return resolve_url("holder:operation-edit", pk=self.object.pk, part=part)
        numbers = [commitment.number for commitment in section.commitments]
        first = next((number for number in numbers if number not in self.answered), numbers[0])
        return self.answer_url(first)

    def answer_url(self, number: int) -> str:
        """The page of a commitment."""
        return resolve_url("holder:answer", pk=self.object.pk, number=number)

    @staticmethod
    def badge_of(section: SectionState) -> tuple[str, str]:
        """(words, tone) of a section's state."""
        if section.is_complete:
            return _("complet"), "ok"
        text = _("%(done)s sur %(total)s") % {"done": section.done, "total": section.total}
        return text, "wait" if section.done else "neutral"


class NotebookIndex(NotebookPage, DetailPage):
    """All commitments by dimension, with what is answered and what is not."""

    title = gettext_lazy("Carnet de l’opération")
    lead = gettext_lazy(
        "Le carnet se remplit toute l’année, de la conception au suivi. Une candidature en dépose une photographie."
    )
    template_name = "holder/notebook.html"

    def get_title(self) -> str:
        return str(self.title)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        first = next((c.number for c in self.commitments if c.number not in self.answered), None)
        return super().get_context_data(
            outline=self.outline,
            completeness=self.completeness,
            menu=self.menu(),
            dimensions=[self._dimension(dimension) for dimension in self.dimensions],
            framework=self.framework,
            may_write=not self.closed and self.actor.has_perm("notebooks.write", self.object),
            resume_url=self.answer_url(first) if first else "",
            **kwargs,
        )

    def _dimension(self, dimension: Dimension) -> dict[str, Any]:
        rows = []
        for commitment in dimension.commitments.all():
            answer = self.answers.get(commitment.number) if commitment.number in self.answered else None
            saved = words.saved(answer.updated_at) if answer else ""
            rows.append((commitment, self.answer_url(commitment.number), saved))
        done = sum(commitment.number in self.answered for commitment in dimension.commitments.all())
        return {"dimension": dimension, "rows": rows, "done": done, "total": len(rows)}


class AnswerPage(NotebookPage, FormPage):
    """One commitment: its questions, the answer, what helps to write it."""

    template_name = "holder/answer.html"
    write_permission = "notebooks.write"
    write_refusal = gettext_lazy("Seuls les pilotes et contributeurs de l’équipe écrivent dans le carnet.")
    form_class = AnswerForm
    conflict: AnswerConflict | None = None

    @cached_property
    def commitment(self) -> Commitment:
        """The commitment of the page."""
        number = self.kwargs["number"]
        found = next((commitment for commitment in self.commitments if commitment.number == number), None)
        if found is None:
            raise Http404
        return found

    @cached_property
    def answer(self) -> CommitmentAnswer | None:
        """What is saved, if anything."""
        return self.answers.get(self.commitment.number)

    @cached_property
    def neighbours(self) -> tuple[int | None, int | None]:
        """Numbers of the previous and of the next commitment."""
        numbers = [commitment.number for commitment in self.commitments]
        place = numbers.index(self.commitment.number)
        return (
            numbers[place - 1] if place else None,
            numbers[place + 1] if place + 1 < len(numbers) else None,
        )

    def get_title(self) -> str:
        return str(self.commitment)

    def get_eyebrow(self) -> str:
        return _("Engagement %(n)s sur %(total)s") % {"n": self.commitment.number, "total": len(self.commitments)}

    def get_breadcrumb(self):
        return [*above(self.object), (_("Carnet"), resolve_url("holder:notebook", pk=self.object.pk))]

    def get_initial(self) -> dict[str, Any]:
        return {"text": self.answer.text, "revision": self.answer.revision} if self.answer else {"revision": 0}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "limit": self.framework.answer_max_characters}

    def perform(self, form) -> CommitmentAnswer:
        try:
            return save_answer(
                self.object,
                actor=self.actor,
                commitment=self.commitment,
                text=form.cleaned_data["text"],
                revision=form.cleaned_data["revision"],
            )
        except AnswerConflict as conflict:
            self.conflict = conflict
            raise

    def form_refused(self, form) -> HttpResponse:
        """The same page, errors first; when somebody else saved meanwhile, both texts, and the person chooses."""
        if self.conflict is None:
            return super().form_refused(form)
        # The form holds this person's text, ready to replace the other one knowingly.
        form = AnswerForm(
            initial={"text": self.conflict.mine, "revision": self.conflict.theirs.revision},
            limit=self.framework.answer_max_characters,
        )
        self.__dict__["answer"] = self.conflict.theirs
        return self.render_to_response(self.get_context_data(form=form), status=409)

    def get_success_message(self, result: CommitmentAnswer) -> str:
        return _("Engagement %(n)s\u00a0: enregistré à %(hour)s.") % {
            "n": self.commitment.number,
            "hour": words.hour(result.updated_at),
        }

    def get_success_url(self, result: CommitmentAnswer) -> str:
        following = self.neighbours[1]
        wants_next = self.request.POST.get("puis") == NEXT and following
        return self.answer_url(following if wants_next else self.commitment.number)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        notions = list(self.commitment.notions.all())
        previous, following = self.neighbours
        told = recommendations_told(self.object, self.actor).filter(commitment=self.commitment)
        kwargs.setdefault("form", self.get_form())
        return super().get_context_data(
            commitment=self.commitment,
            notions=notions,
            is_indicative=any(notion.provenance == Provenance.INDICATIVE for notion in notions),
            answer=self.answer,
            conflict=self.conflict,
            saved=words.saved(self.answer.updated_at) if self.answer else "",
            # What somebody has just typed stays under their eyes, whatever happened meanwhile.
            may_write=self.may_write and (not self.closed or kwargs["form"].is_bound),
            why_closed=self.closed if self.may_write else "",
            completeness=self.completeness,
            outline=self.outline,
            menu=self.menu(current=self._section_code()),
            previous_url=self.answer_url(previous) if previous else "",
            next_url=self.answer_url(following) if following else "",
            previous=previous,
            following=following,
            recommendations=[(row, words.marks_of(row)[1:]) for row in told],
            supplements=self._supplements(),
            indicators=self.commitment.indicators.all(),
            **kwargs,
        )

    def _supplements(self) -> list[LocalSupplement]:
        """What the county and the region of the lead commune add to this commitment."""
        county = self.object.lead_commune.county
        rows = supplements_for(self.framework, county=county.pk, region=county.region_id)
        return list(rows.filter(commitment=self.commitment))

    def _section_code(self) -> str:
        return next(d.code for d in self.dimensions if d.pk == self.commitment.dimension_id)
