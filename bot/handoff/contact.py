"""How a parent wants to be reached: checked, with a reason per field that is refused."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import phonenumbers
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from bot.handoff.hours import Hours
from bot.handoff.states import Reach
from bot.handoff.texts import FieldCode

_REGION = "NL"
# Pragmatic: one @, no blanks, a domain with a dot and a top level of letters. Whether it exists, only a mail can tell.
_EMAIL = re.compile(
    r"(?=.{6,254}$)(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)


class FieldErrors(ValueError):
    """Fields that are refused, each with the code of its text in handoff_texts.yml."""

    def __init__(self, fields: dict[str, FieldCode]) -> None:
        """Keep the codes by field."""
        super().__init__(", ".join(fields))
        self.fields = fields


class ContactIn(BaseModel):
    """What a parent fills in. `slot`: the `at` of a callback slot."""

    model_config = ConfigDict(extra="forbid")

    how: Reach
    name: str | None = Field(default=None, max_length=80)
    phone: str | None = Field(default=None, max_length=40)
    email: str | None = Field(default=None, max_length=254)
    slot: AwareDatetime | None = None


@dataclass(frozen=True)
class Contact:
    """How to reach a parent; `phone` in international form. Only what this way of contact needs is kept."""

    how: Reach
    name: str | None = None
    phone: str | None = None
    email: str | None = None

    def plain(self) -> dict[str, Any]:
        """Return it as JSON data, without what is empty."""
        return {name: value for name, value in vars(self).items() if value}

    @property
    def phone_text(self) -> str | None:
        """Return the telephone number as people here write it."""
        if self.phone is None:
            return None
        number = phonenumbers.parse(self.phone, _REGION)
        national = number.country_code == phonenumbers.country_code_for_region(_REGION)
        style = phonenumbers.PhoneNumberFormat.NATIONAL if national else phonenumbers.PhoneNumberFormat.INTERNATIONAL
        return phonenumbers.format_number(number, style)


def check_contact(given: ContactIn, hours: Hours, moment: datetime) -> tuple[Contact, dict[str, FieldCode]]:
    """Return the contact details, and why fields are refused; whether a slot is free is checked when it is booked."""
    errors: dict[str, FieldCode] = {}
    name = " ".join((given.name or "").split())
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in name):
        errors["contact.name"] = "naam_fout"
    phone = email = None
    if given.how == "chat" and not hours.is_open(moment):
        errors["contact.how"] = "chat_dicht"
    if given.how == "terugbellen":
        phone = read_phone(given.phone or "")
        if phone is None:
            errors["contact.phone"] = "telefoon_fout" if (given.phone or "").strip() else "telefoon_leeg"
        if given.slot is None:
            errors["contact.slot"] = "moment_leeg"
        elif given.slot not in {slot.start for slot in hours.slots(moment)}:
            errors["contact.slot"] = "moment_fout"
    elif given.slot is not None:
        errors["contact.slot"] = "moment_hoort_niet"
    if given.how == "email":
        email = (given.email or "").strip()
        if not _EMAIL.fullmatch(email):
            errors["contact.email"] = "email_fout" if email else "email_leeg"
    return Contact(given.how, name or None, phone, email or None), errors


def read_phone(text: str) -> str | None:
    """Return a telephone number in international form (E.164), or None where it is none; without a country it is Dutch."""
    # A zero in brackets, as in +31 (0)6, is not dialled.
    cleaned = re.sub(r"\(\s*0\s*\)", "", text) if re.match(r"\s*(?:\+|00)", text) else text
    try:
        number = phonenumbers.parse(cleaned, _REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number) or number.extension:
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
