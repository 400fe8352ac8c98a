"""The settings, loaded by a process of their own: what they default to, and the sentence of each refusal."""

import json
import os
import stat
import subprocess
import sys

import pytest
from django.conf import settings

SHOW = """
import json, sys
from ecoquartier.core.env import SettingError
from ecoquartier.core.postgres_programs import PostgresError
try:
    from ecoquartier.config.settings import base
except (SettingError, PostgresError) as error:
    print(json.dumps({"refused": str(error)}))
else:
    names = [name for name in dir(base) if name.isupper()]
    print(json.dumps({name: getattr(base, name) for name in names}, default=str))
"""
PRODUCTION = {
    "DATABASE_URL": "postgresql://label:secret@db/label",
    "SECRET_KEY": "s" * 50,
    "BASE_URL": "https://label.example.fr",
}


@pytest.fixture
def load(tmp_path):
    """Load the settings of production in an environment that holds these variables only."""

    def load(**variables):
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(settings.PACKAGE.parent),
            "DATA_DIR": str(tmp_path / "data"),
            **variables,
        }
        done = subprocess.run([sys.executable, "-c", SHOW], env=environment, capture_output=True, text=True)
        assert done.stderr == ""
        return json.loads(done.stdout)

    return load


def test_nothing_is_needed_for_a_first_try(load, tmp_path):
    found = load()
    assert found["DEMO"] is True
    assert found["DEBUG"] is False
    assert found["BASE_URL"] == "http://localhost:8000"
    assert found["ALLOWED_HOSTS"] == ["localhost", "localhost", "127.0.0.1", "[::1]"]
    assert found["DATABASES"]["default"]["USER"] == "ecoquartier"
    assert found["STORAGES"]["default"]["OPTIONS"]["location"] == str(tmp_path / "data" / "files")


def test_secret_key_is_made_once_and_kept_private(load, tmp_path):
    first = load()["SECRET_KEY"]
    assert len(first) > 50
    assert load()["SECRET_KEY"] == first
    assert stat.S_IMODE((tmp_path / "data" / "secret-key").stat().st_mode) == 0o600


def test_production_is_safe_and_no_demonstration(load):
    found = load(**PRODUCTION)
    assert found["DEMO"] is False
    assert found["ALLOWED_HOSTS"] == ["label.example.fr"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://label.example.fr"]
    assert found["SESSION_COOKIE_SECURE"] is True
    assert found["SECURE_SSL_REDIRECT"] is True
    assert found["SECURE_PROXY_SSL_HEADER"] is None
    assert found["EMBEDDED_SERVER"] is None


@pytest.mark.parametrize(
    ("bind", "host"),
    [
        ("127.0.0.1", "localhost"),
        ("0.0.0.0", "localhost"),
        ("::", "localhost"),
        ("2001:db8::1", "[2001:db8::1]"),
        ("127.0.0.3", "127.0.0.3"),
        ("192.0.2.7", "192.0.2.7"),
        ("label.local", "label.local"),
    ],
)
def test_address_shown_is_one_that_a_browser_opens(load, bind, host):
    found = load(BIND=bind, PORT="8001")
    assert found["BASE_URL"] == f"http://{host}:8001"
    assert found["ALLOWED_HOSTS"][0] == host


def test_embedded_database_open_to_the_network_is_no_demonstration(load):
    assert load(BIND="0.0.0.0")["DEMO"] is False
    assert load(BIND="::1")["DEMO"] is True


def test_proxies_are_believed_only_when_named(load):
    found = load(**PRODUCTION, TRUSTED_PROXIES="10.0.0.0/8, 192.0.2.1")
    assert found["TRUSTED_PROXIES"] == ["10.0.0.0/8", "192.0.2.1"]
    assert found["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


@pytest.mark.parametrize(
    ("url", "host", "port", "ssl", "tls"),
    [
        ("smtp://me:p%40ss@mail.example.fr", "mail.example.fr", 587, False, True),
        ("smtps://me:p%40ss@mail.example.fr", "mail.example.fr", 465, True, False),
        ("smtp://me:p%40ss@localhost:2525", "localhost", 2525, False, False),
    ],
)
def test_mail_server(load, url, host, port, ssl, tls):
    found = load(EMAIL_URL=url)
    assert found["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == (host, port)
    assert (found["EMAIL_USE_SSL"], found["EMAIL_USE_TLS"]) == (ssl, tls)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("me", "p@ss")


def test_tiles_are_the_only_other_place_an_image_comes_from(load):
    policy = load(TILES_URL="https://tiles.example.fr/{z}/{x}/{y}.png")["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert policy["img-src"] == ["'self'", "data:", "https://tiles.example.fr"]
    assert load()["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["img-src"] == ["'self'", "data:"]


PROVIDER = {
    "OIDC_ISSUER": "https://idp.example.fr/api/v2",
    "OIDC_CLIENT_ID": "label",
    "OIDC_CLIENT_SECRET": "secret",
}


def test_identity_provider_is_where_a_form_may_lead(load):
    found = load(**PRODUCTION, **PROVIDER)
    assert found["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["form-action"] == ["'self'", "https://idp.example.fr"]
    assert (found["OIDC_ISSUER"], found["OIDC_LABEL"]) == (PROVIDER["OIDC_ISSUER"], "ProConnect")
    assert (found["OIDC_SCOPES"], found["OIDC_SECOND_FACTOR_ACR"]) == (["openid"], [])
    assert found["SOCIALACCOUNT_STORE_TOKENS"] is False
    without = load(**PRODUCTION)
    assert without["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["form-action"] == ["'self'"]
    assert without["OIDC_ISSUER"] == ""


def test_identity_provider_in_clear_is_on_this_machine_only(load):
    assert load(**PROVIDER | {"OIDC_ISSUER": "http://localhost:8001/"})["OIDC_ISSUER"] == "http://localhost:8001/"
    assert "OIDC_ISSUER n’est pas en https" in load(**PROVIDER | {"OIDC_ISSUER": "http://idp.example.fr"})["refused"]


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        *(({**PROVIDER, name: ""}, f"{name} manque") for name in PROVIDER),
        ({**PROVIDER, "OIDC_ISSUER": "ftp://idp.example.fr"}, "OIDC_ISSUER n’est pas compris"),
        ({**PROVIDER, "OIDC_ISSUER": "https://idp.example.fr/?a=b"}, "OIDC_ISSUER n’est pas compris"),
        ({**PROVIDER, "OIDC_ISSUER": f"https://idp.example.fr/{'a' * 200}"}, "OIDC_ISSUER n’est pas compris"),
        ({**PROVIDER, "OIDC_SCOPES": "email"}, "OIDC_SCOPES doit contenir openid"),
    ],
)
def test_an_identity_provider_is_whole_or_refused(load, variables, sentence):
    assert sentence in load(**variables)["refused"]


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"DATABASE_URL": PRODUCTION["DATABASE_URL"]}, "SECRET_KEY manque"),
        ({"DATABASE_URL": "sqlite:///db"}, "Écrivez DATABASE_URL=postgresql://"),
        ({"BASE_URL": "label.example.fr"}, "BASE_URL n’est pas compris"),
        ({"BASE_URL": "https://example.fr/label"}, "écrivez par exemple BASE_URL=https://"),
        ({"PORT": "http"}, "écrivez un nombre entre 1 et 65535"),
        ({"DEMO": "perhaps"}, "écrivez DEMO=1 (oui) ou DEMO=0 (non)"),
        ({"TRUSTED_PROXIES": "proxy.local"}, "TRUSTED_PROXIES contient proxy.local"),
        ({"STORAGE_URL": "s3://bucket"}, "STORAGE_URL n’est pas compris"),
        ({"EMAIL_URL": "mail.example.fr"}, "EMAIL_URL n’est pas compris"),
        ({"LOG_FORMAT": "xml"}, "écrivez text ou json"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL=LOUD"),
        ({"DATA_DIR": "/dev/null/data"}, "choisissez un autre dossier avec DATA_DIR"),
        ({"SECRET_KEY": "s" * 49}, "au moins 50 caractères"),
        ({"ALLOWED_HOSTS": "https://label.example.fr"}, "ALLOWED_HOSTS contient https://label.example.fr"),
        ({"EMAIL_FROM": "personne"}, "EMAIL_FROM n’est pas une adresse"),
        ({"SIGNING_KEYS": "/dev/null"}, "SIGNING_KEYS ne désigne pas un dossier"),
    ],
)
def test_wrong_environment_is_refused_with_what_to_write(load, variables, sentence):
    assert sentence in load(**variables)["refused"]
