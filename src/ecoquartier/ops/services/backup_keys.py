"""The signing keys inside a backup: encrypted with a passphrase, because whoever holds them signs in our name."""

import base64
import json
import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from ecoquartier.ops.services.backup_format import BackupError

SHORTEST_PASSPHRASE = 12
# 64 MB and a quarter of a second for each guess.
COST = 2**16


def require_passphrase(passphrase: str) -> None:
    """Refuse a passphrase that a machine would guess.

    Raises:
        BackupError: it is too short.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise BackupError(f"La phrase de passe des clés doit avoir au moins {SHORTEST_PASSPHRASE} caractères.")


def sealed_keys(folder: Path, passphrase: str) -> bytes:
    """Return every file of the keys' folder, encrypted together.

    Raises:
        BackupError: there is no key to save.
    """
    names = sorted(path for path in folder.glob("*") if path.is_file() and not path.name.startswith("."))
    if not names:
        raise BackupError(f"Aucune clé dans {folder}\u00a0: vérifiez SIGNING_KEYS, ou sauvegardez sans --with-keys.")
    salt = os.urandom(16)
    content = {path.name: base64.b64encode(path.read_bytes()).decode() for path in names}
    token = Fernet(_key(passphrase, salt)).encrypt(json.dumps(content).encode())
    return json.dumps({"kdf": "scrypt", "salt": salt.hex(), "fernet": token.decode()}).encode()


def opened_keys(data: bytes, passphrase: str) -> dict[str, bytes]:
    """Decrypt what `sealed_keys` made: file names and their content.

    Raises:
        BackupError: the passphrase is not the right one.
    """
    box = json.loads(data)
    try:
        content = Fernet(_key(passphrase, bytes.fromhex(box["salt"]))).decrypt(box["fernet"])
    except InvalidToken as error:
        raise BackupError("La phrase de passe n’est pas celle des clés de cette sauvegarde.") from error
    return {name: base64.b64decode(text) for name, text in json.loads(content).items()}


def _key(passphrase: str, salt: bytes) -> bytes:
    return base64.urlsafe_b64encode(Scrypt(salt=salt, length=32, n=COST, r=8, p=1).derive(passphrase.encode()))
