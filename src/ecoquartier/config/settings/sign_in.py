"""How people sign in, what their passwords must be, and which identity provider is believed."""

from ecoquartier.core import env

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["ecoquartier.access.backend.MatrixBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account:sign-in"
LOGIN_REDIRECT_URL = "space:home"
# Long enough for a mail that is late, and one use: a link to choose a password.
PASSWORD_RESET_TIMEOUT = 4 * 3600

# One pipeline for every way to sign in; the address is the one of the person, that allauth keeps no copy of.
ACCOUNT_ADAPTER = "ecoquartier.web.account.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
# Of the second factor; by account only: colleagues behind one address must not keep each other out.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/300s/key"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
MFA_ADAPTER = "ecoquartier.web.account.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "ÉcoQuartier"

# --- An identity provider (OpenID Connect) ------------------------------------------------------------------------

_issuer = env.url(
    "OIDC_ISSUER",
    schemes=("https", "http"),
    help="Fournisseur d’identité OpenID Connect (ProConnect…), comme il se nomme dans «\u00a0issuer\u00a0».",
    shown="aucun\u00a0: ni bouton, ni page",
)
OIDC_ISSUER = _issuer.geturl()
OIDC_ORIGIN = f"{_issuer.scheme}://{_issuer.netloc}" if OIDC_ISSUER else ""
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID", help="Identifiant que le fournisseur nous a donné.", shown="aucun")
OIDC_CLIENT_SECRET = env.text("OIDC_CLIENT_SECRET", help="Secret que le fournisseur nous a donné.", shown="aucun")
OIDC_LABEL = env.text("OIDC_LABEL", "ProConnect", help="Nom du fournisseur, sur le bouton et dans les phrases.")
OIDC_SCOPES = env.listing(
    "OIDC_SCOPES",
    ["openid"],
    help="Ce qui est demandé au fournisseur\u00a0; rien de plus que «\u00a0openid\u00a0» ne sert.",
)
OIDC_ACR_VALUES = env.listing(
    "OIDC_ACR_VALUES", [], help="Niveaux de garantie souhaités (acr_values), par ordre de préférence.", shown="aucun"
)
OIDC_SECOND_FACTOR_ACR = env.listing(
    "OIDC_SECOND_FACTOR_ACR",
    [],
    help="Niveaux (acr) qui valent double vérification, par exemple eidas2,eidas3.",
    shown="aucun\u00a0: la nôtre est demandée",
)
OIDC_SECOND_FACTOR_AMR = env.listing(
    "OIDC_SECOND_FACTOR_AMR",
    [],
    help="Méthodes (amr) qui valent double vérification, par exemple mfa.",
    shown="aucune\u00a0: la nôtre est demandée",
)
_needed = {"OIDC_ISSUER": OIDC_ISSUER, "OIDC_CLIENT_ID": OIDC_CLIENT_ID, "OIDC_CLIENT_SECRET": OIDC_CLIENT_SECRET}
for _name, _value in _needed.items():
    if any(_needed.values()) and not _value:
        raise env.SettingError(f"{_name} manque\u00a0: écrivez {', '.join(_needed)}, ou aucun des trois.")
if OIDC_ISSUER and (not _issuer.hostname or _issuer.query or _issuer.fragment or len(OIDC_ISSUER) > 200):
    raise env.SettingError(
        "OIDC_ISSUER n’est pas compris\u00a0: écrivez par exemple OIDC_ISSUER=https://auth.agentconnect.gouv.fr/api/v2."
    )
if OIDC_ISSUER and _issuer.scheme != "https" and not env.is_loopback_url(OIDC_ISSUER):
    raise env.SettingError(
        "OIDC_ISSUER n’est pas en https\u00a0: en clair, n’importe qui sur le réseau se ferait passer pour lui."
    )
if "openid" not in OIDC_SCOPES:
    raise env.SettingError("OIDC_SCOPES doit contenir openid\u00a0: sans lui, personne n’est nommé.")

SOCIALACCOUNT_ADAPTER = "ecoquartier.web.account.openid_flow.IdentityAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"provider_class": "ecoquartier.web.account.openid.StrictProvider"}}
SOCIALACCOUNT_STORE_TOKENS = False
