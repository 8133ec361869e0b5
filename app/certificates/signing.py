"""Ed25519 signatures over canonical statements: a certificate verifies with the public key alone.

The private key is the setting CERTIFICATE_KEY (PEM, or a path to one); outside production one is made and kept beside
the other secrets on first use.
"""

from __future__ import annotations

import hashlib
import json
import os
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from app.core.database import JSON
from app.core.settings import settings
from config import Settings, SettingsError

KEY_FILE = "certificate-key.pem"


def canonical(statement: JSON) -> bytes:
    """Return the one byte form of a statement that is signed: sorted keys, no blanks, UTF-8."""
    return json.dumps(statement, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def new_key() -> str:
    """Return a fresh private key as PKCS#8 PEM."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")


def sign(statement: JSON) -> tuple[bytes, str]:
    """Return the signature (64 bytes) of ``statement`` and the id of the key that made it."""
    key = private_key(settings())
    return key.sign(canonical(statement)), key_id(key.public_key())


def genuine(statement: JSON, signature: bytes, public: Ed25519PublicKey | None = None) -> bool:
    """Whether ``signature`` is of ``statement`` under ``public`` (default: our own key)."""
    key = public or private_key(settings()).public_key()
    try:
        key.verify(signature, canonical(statement))
    except InvalidSignature:
        return False
    return True


def public_pem() -> str:
    """Return our public key as PEM, for those who check without us."""
    key = private_key(settings()).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def read_public(pem: bytes) -> Ed25519PublicKey:
    """Return the public key in ``pem``; ValueError when it is none of Ed25519."""
    key = load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not an Ed25519 public key")
    return key


def key_id(public: Ed25519PublicKey) -> str:
    """Return the short name of a public key: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


@lru_cache(maxsize=4)
def _load(pem: bytes) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(pem, password=None)
    except ValueError as error:
        raise SettingsError(f"Setting CERTIFICATE_KEY: not a private key in PEM form ({error})") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingsError("Setting CERTIFICATE_KEY: not an Ed25519 key")
    return key


def private_key(chosen: Settings) -> Ed25519PrivateKey:
    """Return the signing key of ``chosen``; SettingsError when it cannot be read."""
    given = chosen.certificate_key
    if given.lstrip().startswith("-----BEGIN"):
        return _load(given.replace("\\n", "\n").encode())
    if given:
        try:
            return _load(Path(given).read_bytes())
        except OSError as error:
            raise SettingsError(f"Setting CERTIFICATE_KEY: {error}") from None
    return _load(_kept(chosen.var / KEY_FILE))


def _kept(path: Path) -> bytes:
    """Return the key file's content, made on first use (mode 0600; two first uses agree on one)."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(new_key(), "ascii")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
