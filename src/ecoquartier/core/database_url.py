"""How `DATABASE_URL` names a PostgreSQL database, and what every connection to one says."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from ecoquartier.core.env import SettingError

ENGINE = "django.db.backends.postgresql"
# Just-in-time compilation costs more than it gives on short queries (1.8 s on one page of a peer).
# Names are near when half of their trigrams are shared: 0.6, the default, misses one wrong letter in « clairière ».
SESSION_OPTIONS = "-c jit=off -c pg_trgm.word_similarity_threshold=0.5"
CONNECT_WITHIN = "10"


def connection_from_url(url: str) -> dict[str, Any]:
    """Translate `postgresql://user:password@host:port/name?sslmode=…` into a Django database entry."""
    advice = "Écrivez DATABASE_URL=postgresql://utilisateur:motdepasse@serveur:5432/base."
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SettingError(f"DATABASE_URL est illisible. {advice}") from error
    if parts.scheme not in ("postgres", "postgresql"):
        raise SettingError(f"DATABASE_URL doit désigner une base PostgreSQL. {advice}")
    options = dict(parse_qsl(parts.query))
    name = unquote(parts.path.lstrip("/"))
    host = unquote(parts.hostname or options.pop("host", ""))
    if not name:
        raise SettingError(f"DATABASE_URL ne nomme pas de base. {advice}")
    # The driver would wait for more than two minutes on a machine that does not answer.
    options.setdefault("connect_timeout", CONNECT_WITHIN)
    options["options"] = " ".join(filter(None, [SESSION_OPTIONS, options.get("options")]))
    return {
        "ENGINE": ENGINE,
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port or ""),
        "OPTIONS": options,
    }
