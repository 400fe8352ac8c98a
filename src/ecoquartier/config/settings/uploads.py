"""What people send: how much, and who looks at it before us. A part of `base`."""

from ecoquartier.core import env

# A form without its files (a synthesis of twenty long texts weighs 200 kB), and with them.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
REQUEST_MAX_SIZE = 25 * 1024 * 1024

CLAMD_URL = env.url(
    "CLAMD_URL",
    schemes=("unix", "tcp"),
    help="Antivirus ClamAV des fichiers déposés, unix:///run/clamav/clamd.ctl ou tcp://serveur:3310\u00a0; "
    "s’il ne répond pas, aucun fichier n’est accepté.",
    shown="aucun",
).geturl()
