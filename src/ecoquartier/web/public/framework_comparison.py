"""Two versions of the référentiel side by side, for everybody."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy

from ecoquartier.framework import queries
from ecoquartier.framework.domain.comparison import compare
from ecoquartier.framework.models import Framework
from ecoquartier.web.public.framework import FRAMEWORK
from ecoquartier.web.public.framework_forms import ComparisonForm
from ecoquartier.web.public.framework_words import by_publication
from ecoquartier.web.shared.views import TemplatePage


class VersionComparison(TemplatePage):
    """`/referentiel/comparer/?de=2016&a=2031`: what changes, word by word; by default, between the last two.

    Whatever the order asked, the version published first is on the left: what an element became is told one way only.
    """

    public = True
    template_name = "public/framework_comparison.html"
    title = gettext_lazy("Comparer deux versions")
    lead = gettext_lazy("Ce qui change d’une version du référentiel à une autre, élément par élément.")
    description = gettext_lazy("Comparer deux versions du référentiel ÉcoQuartier, engagement par engagement.")
    breadcrumb = (FRAMEWORK,)

    @cached_property
    def versions(self) -> list[Framework]:
        """Those that everybody reads, the latest first."""
        return by_publication(queries.public_versions())[::-1]

    @cached_property
    def form(self) -> ComparisonForm:
        """The two versions asked, else the last two."""
        asked = self.request.GET.copy()
        for name, version in zip(("a", "de"), self.versions, strict=False):
            asked[name] = asked.get(name, "").strip("\0") or version.pk
        return ComparisonForm(asked, versions=self.versions)

    def get_data_version(self) -> object:
        return [(version.pk, version.state) for version in self.versions]

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        if len(self.versions) < 2:
            return super().get_context_data(form=None, **kwargs)
        if not self.form.is_valid():
            return super().get_context_data(form=self.form, rows=None, **kwargs)
        by_code = {version.pk: version for version in self.versions}
        asked = [by_code[self.form.cleaned_data[name]] for name in ("de", "a")]
        old, new = by_publication(asked)
        before, after = queries.contents_of_each([old, new])
        follows = new.based_on_id == old.pk
        rows = compare(before, after, after.mapping if follows else ())
        return super().get_context_data(
            form=self.form,
            old=old,
            new=new,
            follows=follows,
            is_turned=asked != [old, new],
            counts=Counter(row.label for row in rows).most_common(),
            rows=[row for row in rows if row.has_changed],
            **kwargs,
        )
