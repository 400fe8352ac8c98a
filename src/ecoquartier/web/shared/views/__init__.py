"""Base views: a page declares what it shows, from which scope, under which permission; the rest follows.

* `TemplatePage`  a page without object (home, help);
* `ListPage`      rows of a scope, filtered and paginated by the address;
* `DetailPage`    one object of a scope;
* `FormPage`      a form whose `perform` calls a service;
* `ConfirmPage`   an act whose effects are read before it is done;
* `ActionView`    an act in one click, POST only.

Not in scope → 404; in scope without permission → 403 with the reason; refused by the domain → its sentence.
"""

from ecoquartier.web.shared.views.access import AccessMixin
from ecoquartier.web.shared.views.acts import ActionView, ConfirmPage, FormPage
from ecoquartier.web.shared.views.pages import DetailPage, ListPage, TemplatePage

__all__ = ["AccessMixin", "ActionView", "ConfirmPage", "DetailPage", "FormPage", "ListPage", "TemplatePage"]
