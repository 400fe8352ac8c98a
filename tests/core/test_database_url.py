"""`DATABASE_URL`: translated, or refused with advice."""

import pytest

from ecoquartier.core.database_url import connection_from_url
from ecoquartier.core.env import SettingError


def test_url_is_translated():
    entry = connection_from_url("postgresql://user:p%40ss@db.example.fr:5433/label?sslmode=require")
    assert {**entry, "OPTIONS": dict(entry["OPTIONS"])} == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "label",
        "USER": "user",
        "PASSWORD": "p@ss",
        "HOST": "db.example.fr",
        "PORT": "5433",
        "OPTIONS": {
            "sslmode": "require",
            "options": "-c jit=off -c pg_trgm.word_similarity_threshold=0.5",
            "connect_timeout": "10",
        },
    }


def test_url_may_say_how_long_to_wait():
    assert connection_from_url("postgresql://db/label?connect_timeout=60")["OPTIONS"]["connect_timeout"] == "60"


def test_url_may_name_a_socket():
    assert connection_from_url("postgres:///label?host=/run/postgresql")["HOST"] == "/run/postgresql"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://host/base", "doit désigner une base PostgreSQL"),
        ("n’importe quoi", "doit désigner une base PostgreSQL"),
        ("postgresql://host", "ne nomme pas de base"),
        ("postgresql://host:port/base", "est illisible"),
    ],
)
def test_wrong_url_is_refused_with_advice(url, reason):
    with pytest.raises(SettingError, match=f"{reason}.*Écrivez DATABASE_URL=postgresql://"):
        connection_from_url(url)
