"""What is kept for a while, and where. A part of `base`."""

# In the database, because a cache in each process would multiply the rate limits by the number of processes.
# Beyond MAX_ENTRIES, those in force are thrown away: with Django's 300, a flood of tries would lift every limit.
_cache = {"LOCATION": "cache_entry", "OPTIONS": {"MAX_ENTRIES": 200_000}}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", **_cache},
    # What may be counted in each process apart, and forgotten with it.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}},
    # The public pages just drawn, each under its ETag: a few megabytes.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "TIMEOUT": 60,
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
}
