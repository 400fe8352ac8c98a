"""Addresses of operations that were merged into another."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import resolve_url

from ecoquartier.directory import queries as directory


class FollowsMergers:
    """A view at the name of an operation: that of one merged while public has moved to the one that stays."""

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The page, or where it has moved; 404 when it is neither here nor anywhere."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            kept = directory.moved_to(kwargs["slug"])
            if kept is None:
                raise
            return HttpResponsePermanentRedirect(
                resolve_url(request.resolver_match.view_name, **kwargs | {"slug": kept})
            )
