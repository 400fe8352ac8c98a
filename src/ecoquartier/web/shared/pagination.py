"""Numbered pages whose links keep the other parameters of the address."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.http import QueryDict

PARAMETER = "page"


@dataclass(frozen=True)
class PageLink:
    """One entry of the page navigation; a gap has no number."""

    number: int | None
    url: str
    is_current: bool = False


@dataclass(frozen=True)
class PageNav:
    """What the pagination component needs, computed once."""

    page: Page
    query: QueryDict

    @property
    def is_needed(self) -> bool:
        return self.page.has_other_pages()

    @property
    def previous(self) -> str:
        return self.url(self.page.previous_page_number()) if self.page.has_previous() else ""

    @property
    def next(self) -> str:
        return self.url(self.page.next_page_number()) if self.page.has_next() else ""

    @property
    def links(self) -> list[PageLink]:
        numbers = self.page.paginator.get_elided_page_range(self.page.number, on_each_side=1, on_ends=1)
        return [
            PageLink(number, self.url(number), number == self.page.number)
            if isinstance(number, int)
            else PageLink(None, "")
            for number in numbers
        ]

    def url(self, number: int) -> str:
        """Relative address of a page; the first page has no parameter, so that it has one address only."""
        query = self.query.copy()
        query.pop(PARAMETER, None)
        if number > 1:
            query[PARAMETER] = str(number)
        return f"?{query.urlencode()}" if query else "?"


def paginate(rows, request, *, by: int, paginator_class: type[Paginator] = Paginator) -> PageNav:
    """The page asked for by the address; a wrong or too large number gives the nearest page, never an error."""
    paginator, asked = paginator_class(rows, by), request.GET.get(PARAMETER, "")
    # Django gives the last page for a number below one as it does for one too large.
    page = paginator.get_page(1 if asked == "0" or asked.startswith("-") else asked)
    return PageNav(page=page, query=request.GET)
