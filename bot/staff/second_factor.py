"""The second factor: codes that change every 30 seconds (TOTP), and recovery codes for a lost telephone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp
import segno

ISSUER = "Ouder-informatiepunt"
RECOVERY_CODES = 10
_SECONDS = 30
_DRIFT = (-1, 0, 1)  # steps that a telephone's clock may be off


def new_secret() -> str:
    """Return a secret to share with an app on the telephone."""
    return pyotp.random_base32()


def address_of(secret: str, email: str) -> str:
    """Return what the QR code holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def qr_svg(text: str) -> str:
    """Return a QR code as an SVG element without style or script."""
    svg: str = segno.make(text, error="m").svg_inline(
        scale=4, border=2, svgclass="qr", lineclass=None, omitsize=True, title="QR-code", unit=""
    )
    return svg


def step_of(secret: str, code: str, moment: datetime, last_step: int | None) -> int | None:
    """Return the time step of a code that fits now and was not used before; `last_step` is the last one used."""
    digits = code.replace(" ", "")
    if not (len(digits) == 6 and digits.isascii() and digits.isdecimal()):
        return None
    totp, here = pyotp.TOTP(secret), int(moment.timestamp()) // _SECONDS
    for step in (here + drift for drift in _DRIFT):
        fits = hmac.compare_digest(totp.generate_otp(step), digits)
        if fits and (last_step is None or step > last_step):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Return codes of 80 bits each."""
    raw = [base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(RECOVERY_CODES)]
    return ["-".join(code[i : i + 4] for i in range(0, 16, 4)) for code in raw]


def recovery_hash(staff_id: int, code: str) -> str:
    """Return what is stored of a recovery code. Random and long, so a fast hash is enough; how it is typed does not matter."""
    plain = "".join(c for c in code.lower() if c.isalnum())
    return hashlib.sha256(f"{staff_id}:{plain}".encode()).hexdigest()
