"""What the layout knows of a page: title, breadcrumb, way back."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Crumb:
    """A step of the breadcrumb."""

    label: str
    url: str


@dataclass
class Page:
    """Variables of the layout, under the name `page` in every template."""

    title: str
    eyebrow: str = ""
    lead: str = ""
    description: str = ""
    breadcrumb: list[Crumb] = field(default_factory=list)
    back_href: str = ""
    help_url: str = ""
    uses_htmx: bool = False
    is_private: bool = False

    @property
    def back(self) -> Crumb | None:
        """The nearest page above this one, shown alone on a phone."""
        return self.breadcrumb[-1] if self.breadcrumb else None
