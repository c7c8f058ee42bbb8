"""Write a deadline as a calendar file (RFC 5545), for a phone or computer calendar."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from icalendar import Alarm, Calendar
from icalendar import Event as CalendarEvent

from bot.deadlines.rules import Deadline, compute
from bot.knowledge.deadlines import shared_labels

PRODUCT = "-//ouder-informatiepunt//termijnen//NL"


def to_ics(deadline: Deadline, now: datetime, source_title: str = "") -> str:
    """Return the text of an .ics file: the end as an all-day event, with a reminder a week before.

    `now` (aware) becomes DTSTAMP; `source_title` is the readable name of the source. The UID depends on the rule and
    its dates alone, so that a calendar that gets the file twice keeps one event.

    Raises:
        ValueError: `now` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    labels = shared_labels()
    # A calendar is read later: the text may not speak of the day on which the file was made.
    text = compute(deadline.rule, deadline.from_, deadline.extended).text
    event = CalendarEvent()
    event.add("uid", f"{deadline.rule}-{deadline.from_:%Y%m%d}-{deadline.end:%Y%m%d}@ouder-informatiepunt")
    event.add("dtstamp", now.astimezone(timezone.utc).replace(microsecond=0))
    event.add("dtstart", deadline.end)
    event.add("dtend", deadline.end + timedelta(days=1))
    event.add("summary", deadline.title)
    event.add("description", f"{text}\n{labels.source}: {source_title or deadline.source}")
    event.add("transp", "TRANSPARENT")
    reminder = Alarm()
    reminder.add("action", "DISPLAY")
    reminder.add("description", labels.reminder.format(title=deadline.title))
    reminder.add("trigger", timedelta(days=-7))
    event.add_component(reminder)
    file = Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    file.add_component(event)
    content: bytes = file.to_ical()
    return content.decode("utf-8")
