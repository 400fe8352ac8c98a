"""What other sites show and read of a sheet: schema.org, Open Graph, oEmbed, the frame."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ecoquartier.directory.models import DirectoryRow
from ecoquartier.web.public.stages import held_label, kind_of

# Of the frame, in pixels.
WIDTH, HEIGHT = 360, 200

# A browser never runs a block of data, whatever the policy of scripts; nothing in it can end the block.
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def elsewhere(row: DirectoryRow) -> dict[str, Any]:
    """Variables of the sheet for its head, and the frame that another site may copy."""
    address, photos = sheet_address(row), photo_addresses(row)
    said = json.dumps(place(row, address, photos), ensure_ascii=False).translate(_ESCAPES)
    return {
        "address": address,
        "linked_data": SafeString(f'<script type="application/ld+json">{said}</script>'),
        "oembed": f"{settings.BASE_URL}{reverse('public:oembed')}?{urlencode({'url': address})}",
        "image": photos[0] if photos else "",
        "frame": frame_of(row, WIDTH, HEIGHT),
    }


def sheet_address(row: DirectoryRow) -> str:
    """The whole address of the sheet."""
    return f"{settings.BASE_URL}{reverse('public:operation', args=[row.slug])}"


def photo_addresses(row: DirectoryRow) -> list[str]:
    """The whole addresses of the photos, in order."""
    paths = (reverse("public:photo", args=[row.slug, photo["id"]]) for photo in row.sheet["photos"])
    return [f"{settings.BASE_URL}{path}" for path in paths]


def frame_of(row: DirectoryRow, width: int, height: int) -> SafeString:
    """The frame that shows what the operation holds on another site."""
    return format_html(
        '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy"></iframe>',
        f"{settings.BASE_URL}{reverse('public:widget', args=[row.slug])}",
        width,
        height,
        kind_of(row).frame,
    )


def place(row: DirectoryRow, address: str, photos: list[str]) -> dict[str, Any]:
    """The operation as a place of schema.org, with the whole addresses of its sheet and of its photos."""
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Place",
        "@id": address,
        "url": address,
        "name": row.name,
        "address": {
            "@type": "PostalAddress",
            "addressLocality": row.commune,
            "addressRegion": row.region_name,
            "addressCountry": "FR",
        },
    }
    if row.description:
        found["description"] = row.description
    if row.sheet["perimeter"]:
        found["geo"] = {"@type": "GeoCoordinates", "latitude": row.latitude, "longitude": row.longitude}
    if row.stage:
        found["additionalProperty"] = {
            "@type": "PropertyValue",
            "name": _("label ÉcoQuartier"),
            "value": held_label(row),
        }
    if photos:
        found["photo"] = [
            {
                "@type": "ImageObject",
                "contentUrl": url,
                "caption": photo["alt"],
                "creditText": photo["credit"],
            }
            for photo, url in zip(row.sheet["photos"], photos, strict=True)
        ]
    return found
