"""The small Dutch grammar of what parents write: dates, durations, ages and school years, each with its value."""

from bot.deadlines.ages import find_ages
from bot.deadlines.dates import find_dates
from bot.deadlines.durations import find_durations
from bot.deadlines.found import FoundAge, FoundDate, FoundDuration, FoundSchoolYear
from bot.deadlines.school_years import find_school_years

__all__ = [
    "FoundAge",
    "FoundDate",
    "FoundDuration",
    "FoundSchoolYear",
    "find_ages",
    "find_dates",
    "find_durations",
    "find_school_years",
]
