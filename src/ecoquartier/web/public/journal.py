"""The signed heads of the journal, for anybody to keep."""

import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from ecoquartier.core.keys import Purpose, signing_keys
from ecoquartier.journal.queries import heads
from ecoquartier.web.public.machines import Machine

# More than a year of days; each is enough to hold all the entries before it.
MOST_HEADS = 400


class JournalHeads(Machine):
    """`/.well-known/journal.json`: where the chain stood each day, the latest first, and the keys that signed."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The keys and the heads; a copy kept elsewhere is what `verify_journal --head` compares with the journal."""
        keys = signing_keys().of(Purpose.JOURNAL)
        response = JsonResponse(
            {
                "issuer": settings.BASE_URL,
                "keys": [
                    {
                        **key.public.as_dict(private=False, kid=key.kid),
                        "not_before": key.life.not_before,
                        "retired_on": key.life.retired_on,
                        "compromised_on": key.life.compromised_on,
                    }
                    for key in keys
                ],
                "heads": [head.published() for head in heads()[:MOST_HEADS]],
            },
            headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300"},
        )
        response["ETag"] = quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
        return get_conditional_response(request, etag=response["ETag"], response=response)
