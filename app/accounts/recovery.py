"""Recovery codes: shown once, kept as keyed digests, each good for one sign-in."""

from __future__ import annotations

import hashlib
import hmac

from flask_security.recovery_codes import MfRecoveryCodesUtil

from app.accounts.locking import lock
from app.accounts.models import User
from app.core.ids import canonical_code, code
from app.core.settings import settings

COUNT = 10


def _digest(person: User, typed: str) -> str:
    key = hashlib.sha256(b"recovery codes" + settings().secret_key.encode()).digest()
    return hmac.new(key, f"{person.id}:{canonical_code(typed)}".encode(), hashlib.sha256).hexdigest()


def renew(person: User) -> list[str]:
    """Replace a person's recovery codes and return the new ones in plain."""
    codes = [code(groups=3) for _number in range(COUNT)]
    person.mf_recovery_codes = [_digest(person, one) for one in codes]
    return codes


class RecoveryCodes(MfRecoveryCodesUtil):
    """Flask-Security's recovery codes, kept as digests; two sign-ins at once cannot use the same code."""

    def create_recovery_codes(self, user: User) -> list[str]:  # type: ignore[override]
        """Replace a person's recovery codes and return the new ones in plain."""
        return renew(user)

    def get_recovery_codes(self, user: User) -> list[str]:  # type: ignore[override]
        """Nothing: the codes themselves are not kept."""
        return []

    def check_recovery_code(self, user: User, code: str) -> bool:  # type: ignore[override]
        """Whether the code is one of the person's that was not used yet."""
        lock(user)
        return _digest(user, code) in (user.mf_recovery_codes or [])

    def delete_recovery_code(self, user: User, code: str) -> bool:  # type: ignore[override]
        """Use a code up."""
        used = _digest(user, code)
        kept = [one for one in user.mf_recovery_codes or [] if one != used]
        gone = len(kept) < len(user.mf_recovery_codes or [])
        user.mf_recovery_codes = kept
        return gone
