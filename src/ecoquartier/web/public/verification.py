"""Is this label real? By its code, by its certificate, by its credential.

Before publication a code answers exactly as one that was never drawn (rule 15).
"""

from dataclasses import replace
from typing import Any

from csp.decorators import csp_exempt
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.awards.domain.codes import is_code, normalise
from ecoquartier.awards.models import Award
from ecoquartier.awards.queries import is_without_value, published_awards
from ecoquartier.campaigns.domain import stage_label
from ecoquartier.core.text import french_list, long_date
from ecoquartier.web.public import proofs
from ecoquartier.web.public.forms import CodeForm, ProofForm
from ecoquartier.web.shared.limits import Limit, TooOften, client_network
from ecoquartier.web.shared.page import Page
from ecoquartier.web.shared.views import FormPage, TemplatePage

# Checking a signature costs more than reading a page.
CHECKS = Limit("proofs", most=30, seconds=600)
RETRY_AFTER_SECONDS = 60
# What a stranger's page may read: the proofs are made to be checked anywhere.
ANYWHERE = {"Access-Control-Allow-Origin": "*"}


class Verify(FormPage):
    """`/verifier/`: a code by GET, a file by POST."""

    public = True
    form_class = ProofForm
    template_name = "public/verify.html"
    title = gettext_lazy("Vérifier un label")
    lead = gettext_lazy("Un certificat, un QR code, un panneau\u00a0: voyez si le label existe, et ce qu’il dit.")
    description = gettext_lazy("Vérifier un label ÉcoQuartier par son code, son certificat ou son attestation.")
    submit_label = gettext_lazy("Vérifier le fichier")

    @property
    def page(self) -> Page:
        """A public page, although its form needs a token."""
        return replace(super().page, is_private=False)

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Go to the page of a well-formed code; say what is wrong with another one."""
        form = CodeForm(request.GET if "code" in request.GET else None)
        if form.is_valid():
            code = normalise(form.cleaned_data["code"])
            if is_code(code):
                return redirect("public:verification", code)
            form.add_error("code", unreadable() if code else _("Écrivez le code imprimé sur le certificat."))
        return self.render_to_response(self.get_context_data(code_form=form))

    def perform(self, form: ProofForm) -> proofs.Proof:
        if seconds := CHECKS.wait(client_network(self.request)):
            raise TooOften(_("Trop de vérifications en peu de temps\u00a0: réessayez dans dix minutes."), seconds)
        return proofs.check(form.cleaned_data["file"].read())

    def form_accepted(self, result: proofs.Proof) -> HttpResponse:
        """The answer is a page, not an act: nothing was kept."""
        facts = label_facts(result.award) if result.award else []
        return self.render_to_response(self.get_context_data(proof=result, facts=facts, form=ProofForm()))

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(**{"code_form": CodeForm(), "proof": None, "facts": []} | kwargs)


class Verification(TemplatePage):
    """`/verifier/<code>/`: who, what, when, and whether it still holds."""

    public = True
    template_name = "public/verification.html"
    breadcrumb = ((gettext_lazy("Vérifier un label"), "public:verify"),)

    def get_object(self) -> Award | None:
        """The published label of this code, or None: an unknown code has a page too, which says so."""
        self.code = normalise(self.kwargs["code"])
        return proofs.shown_awards().filter(code=self.code).first() if is_code(self.code) else None

    def get_title(self) -> str:
        if self.object is None:
            return _("Aucun label ne porte ce code")
        return self.object.frozen["name"]

    def get_eyebrow(self) -> str:
        return _("Vérification d’un label") if self.object else ""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The page of the label; 404 with the form when there is none."""
        if is_code(self.code) and self.code != self.kwargs["code"]:
            return redirect("public:verification", self.code)
        if self.object is None:
            return self.unknown()
        return self.render_to_response(self.get_context_data(**self.get_label()))

    def unknown(self) -> HttpResponse:
        """The same answer for a code never drawn and for a label not yet published."""
        explanation = (
            _("Le code %(code)s est bien écrit, mais aucun label publié ne le porte.") % {"code": self.code}
            if is_code(self.code)
            else unreadable()
        )
        self.template_name = "public/verification_unknown.html"
        context = self.get_context_data(explanation=explanation, code_form=CodeForm())
        return self.render_to_response(context, status=404)

    def get_label(self) -> dict[str, Any]:
        """What the page says of the label."""
        award = self.object
        return {
            "award": award,
            "is_demo": is_without_value(award),
            "label": stage_label(award.stage.rank, award.stage.name),
            "total": award.stage.scheme.stages.count(),
            "facts": label_facts(award),
            "withdrawn_on": award.history.withdrawn_on and long_date(award.history.withdrawn_on),
            "published_on": long_date(award.published_at.date()),
            "certificate": getattr(award, "certificate", None),
            "sheet": getattr(award.operation, "directory_row", None),
        }


def unreadable() -> str:
    """Why a typed code cannot be one; the register is not even asked."""
    return _(
        "Ce code contient une faute de frappe, ou n’est pas complet\u00a0: il a seize signes, lettres et chiffres."
    )


def label_facts(award: Award) -> list[tuple[str, str]]:
    """Who, what and when, as they were frozen on the day of the decision (rule 16)."""
    frozen = award.frozen
    facts = [
        (_("Opération"), frozen["name"]),
        (_("Commune"), french_list(frozen["communes"])),
        (_("Région"), frozen["region"]),
        (_("Porteur de projet"), frozen["holder"]),
        (_("Étape"), stage_label(award.stage.rank, award.stage.name)),
        (_("Millésime"), str(award.year)),
        (_("Décision"), long_date(award.decided_on)),
        (_("Publication"), long_date(award.published_at.date())),
        (_("Code"), award.code),
    ]
    if frozen["phases"]:
        facts.insert(5, (_("Tranches labellisées"), french_list(frozen["phases"])))
    return facts


class ProofFile(TemplatePage):
    """The issued bytes of a proof; a page that says so while they are being made."""

    public = True
    template_name = "public/proof_pending.html"
    title = gettext_lazy("Ce document est en cours de fabrication")

    def get_lookup(self) -> dict[str, Any]:
        """How the label is found among the published ones."""
        raise NotImplementedError

    def get_file(self, award: Award) -> HttpResponse:
        """The bytes, with their type and name."""
        raise NotImplementedError

    def get_object(self) -> Award:
        """The published label, or 404."""
        award = published_awards().select_related("certificate").filter(**self.get_lookup()).first()
        if award is None:
            raise Http404
        return award

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The file, unchanged since it was issued; 202 while it does not exist."""
        if not hasattr(self.object, "certificate"):
            context = self.get_context_data(award=self.object)
            return self.render_to_response(context, status=202, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
        return self.get_file(self.object)


class CertificateFile(ProofFile):
    """`/verifier/<code>/certificat.pdf`."""

    def get_lookup(self) -> dict[str, Any]:
        return {"code": normalise(self.kwargs["code"])}

    # Browsers show a PDF with a plug-in, which our `object-src 'none'` forbids; nothing in it can run.
    @csp_exempt()
    def get_file(self, award: Award) -> HttpResponse:
        etag = quote_etag(award.certificate.sha256)
        headers = {"Content-Disposition": f'inline; filename="certificat-{award.code}.pdf"', "ETag": etag, **ANYWHERE}
        response = HttpResponse(bytes(award.certificate.pdf), content_type="application/pdf", headers=headers)
        return get_conditional_response(self.request, etag=etag, response=response)


class CredentialFile(ProofFile):
    """`/attestations/<id>`."""

    def get_lookup(self) -> dict[str, Any]:
        return {"pk": self.kwargs["pk"]}

    def get_file(self, award: Award) -> HttpResponse:
        headers = {"Content-Disposition": f'inline; filename="attestation-{award.code}.jwt"', **ANYWHERE}
        return HttpResponse(award.certificate.credential, content_type="application/vc+jwt", headers=headers)
