"""Dates as a text names them, normalised so that two can be compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from evidence.text import one_of


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date or time of day as written; what the text does not say is None. `half` 1 or 2, `weekday` 0 for Monday, `clock` "HH:MM"."""

    start: int
    end: int
    text: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    quarter: int | None = None
    half: int | None = None
    weekday: int | None = None
    clock: str | None = None

    @property
    def value(self) -> str:
        """The normalised form: "2027-03-01", "2027-Q3", "--11-11", "W2", "T02:14"."""
        year = f"{self.year:04d}" if self.year else "-"
        if self.clock:
            return f"T{self.clock}"
        if self.quarter or self.half:
            return f"{year}-Q{self.quarter}" if self.quarter else f"{year}-H{self.half}"
        if self.month:
            return f"{year}-{self.month:02d}" + (f"-{self.day:02d}" if self.day else "")
        return year if self.year else f"W{self.weekday}"


_MONTHS: dict[str, int] = {}
for _number, _forms in enumerate(
    (
        "january jan januar jänner janvier enero",
        "february feb februar février fevrier febrero",
        "march mar märz maerz mars marzo",
        "april apr avril abril",
        "may mai mayo",
        "june jun juni juin junio",
        "july jul juli juillet julio",
        "august aug août aout agosto",
        "september sep sept septembre septiembre",
        "october oct oktober okt octobre octubre",
        "november nov novembre noviembre",
        "december dec dezember dez décembre diciembre",
    ),
    start=1,
):
    _MONTHS.update(dict.fromkeys(_forms.split(), _number))
_WEEKDAYS: dict[str, int] = {}
for _number, _forms in enumerate(
    ("monday montag lundi lunes", "tuesday dienstag mardi martes", "wednesday mittwoch mercredi miércoles", "thursday donnerstag jeudi jueves",
     "friday freitag vendredi viernes", "saturday samstag samedi sábado", "sunday sonntag dimanche domingo"),
):  # fmt: skip
    _WEEKDAYS.update(dict.fromkeys(_forms.split(), _number))
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "ersten": 1, "zweiten": 2, "dritten": 3, "vierten": 4,
             "premier": 1, "deuxième": 2, "troisième": 3, "quatrième": 4, "primer": 1, "segundo": 2, "tercer": 3, "cuarto": 4}  # fmt: skip

_MONTH = rf"(?P<month>{one_of(_MONTHS)})\b\.?"
_YEAR = r"(?P<year>(?:1[6-9]|20)\d\d)(?![\d,.]*\d)(?!\w)"
_OF = r"(?:\s+(?:of|in|fiscal|des Jahres|de|du|del|fiscal year)\s+|\s*,?\s+|\s*)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.|º)?"
_ORDINAL = one_of(_ORDINALS)

_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>(?:19|20)\d\d)-(?P<monthnumber>\d\d)-(?P<day>\d\d)(?!\d)(?:[T ](?P<hour>\d\d):(?P<minute>\d\d)(?::\d\d)?Z?)?",
        r"\b(?P<slash>\d{1,2}/\d{1,2}/(?:19|20)\d\d)\b",
        rf"\b{_DAY}\s+(?:de\s+)?{_MONTH}(?:(?:\s+de)?,?\s+{_YEAR})?",
        rf"\b{_MONTH}\s+{_DAY}(?!\d|[.,]\d|\s*(?:%|percent|per cent|million|billion|MW|GW))(?:,?\s+{_YEAR})?",
        rf"\b{_MONTH}{_OF}{_YEAR}",
        rf"\b(?P<ordinal>{_ORDINAL})[\s-](?P<kind>quarter|half|quartal|halbjahr|trimestre|semestre)(?:{_OF}{_YEAR})?",
        rf"\bQ(?P<quarter>[1-4])(?:{_OF}{_YEAR})?\b|\b(?P<year2>(?:19|20)\d\d)\s?Q(?P<quarter2>[1-4])\b",
        rf"\bH(?P<halfnumber>[12])(?:{_OF}{_YEAR})\b",
        r"\b(?P<hour>1[0-2]|0?[1-9])\.(?P<minute>[0-5]\d)\s*(?P<half_day>[ap]\.?m\b\.?)",
        r"\b(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)\s*(?P<half_day>[ap]\.?m\b\.?)?(?=\s|$|[,;)]|\s*(?:UTC|GMT))(?:\s*(?:UTC|GMT|EST|EDT|CET))?",
        r"\b(?P<hour>1[0-2]|0?[1-9])\s*(?P<half_day>[ap]\.?m\b\.?)(?!\w)",
        rf"\b(?P<weekday>{one_of(_WEEKDAYS)})\b",
        rf"\b{_YEAR}\s?[-–/]\s?(?P<until>(?:20)?\d\d)\b",
        rf"(?<![\w$€£.,#-]){_YEAR}",
        rf"\b{_MONTH}",
    )
)
_MONTH_LEADS = re.compile(
    r"(?:\b(?:in|by|since|until|till|from|to|for|of|next|last|this|late|early|mid|end|through|during|before|after|im|bis|seit|ab|en|depuis|desde|hasta|de|expected|between|and|on)|mid-)\s*$",
    re.IGNORECASE,
)
_PLAIN_MONTHS = frozenset({"january", "february", "july", "september", "october", "november", "december"})
"""Months that are nobody's name and no other word."""
_BEFORE_NOUN = re.compile(r"\b(?:its|their|his|her|the|a|an|that|every|each|cold|hot|mild|warm|wet|dry|usual)\s+$", re.IGNORECASE)
_COUNTED = re.compile(
    r"[\s-](?:permanent |new |full-time |more |additional |construction )?(?:jobs|people|employees|workers|homes|households|chips|gpus|racks|servers|"
    r"tonnes|tons|miles|acres|metres|meters|feet|km|mw|gw|kw|mwh|gwh|twh|watts|megawatts|gigawatts|kilowatts|percent|per cent|%|dollars|euros|"
    r"kroner|units|units?|customers|users|accelerators|hours|days|members|vehicles|square|kilometres|kilometers|litres|gallons|halls)\b|\s?%",
    re.IGNORECASE,
)
_YEAR_LEADS = re.compile(
    r"\b(?:in|by|since|during|of|for|its|the|their|his|her|our|this|fiscal|from|until|through|to|and|early|late|mid)[\s-]*$", re.IGNORECASE
)


@lru_cache(maxsize=4096)
def dates(text: str) -> tuple[DateMention, ...]:
    """The dates and times of day that a text names, in order, none overlapping."""
    found: list[DateMention] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < mention.end and mention.start < match.end() for mention in found):
                continue
            mention = _mention(match, text)
            if mention:
                found.append(mention)
    return tuple(sorted(found, key=lambda mention: mention.start))


def _mention(match: re.Match[str], text: str) -> DateMention | None:
    groups = {key: value for key, value in match.groupdict().items() if value}
    if not _plausible(groups, match, text):
        return None
    end = match.end()
    clock = _clock(groups)
    year = groups.get("year") or groups.get("year2")
    day = int(groups["day"]) if "day" in groups else None
    month = int(groups["monthnumber"]) if "monthnumber" in groups else _MONTHS.get(groups.get("month", "").lower())
    if (day is not None and not 1 <= day <= 31) or (month is not None and not 1 <= month <= 12):
        return None
    if "slash" in groups:
        first, second, written = (int(part) for part in groups["slash"].split("/"))
        month, day, year = (first, second, str(written)) if first <= 12 else (second, first, str(written))
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return None
    ordinal = _ORDINALS.get(groups.get("ordinal", "").lower())
    halves = groups.get("kind", "").lower() in {"half", "halbjahr", "semestre"}
    if halves and (ordinal or 9) > 2:
        return None
    quarter = groups.get("quarter") or groups.get("quarter2") or (ordinal if ordinal and not halves else None)
    return DateMention(
        match.start(),
        end,
        text[match.start() : end],
        year=int(year) if year else None,
        month=month,
        day=day,
        quarter=int(quarter) if quarter else None,
        half=int(groups["halfnumber"]) if "halfnumber" in groups else (ordinal if halves else None),
        weekday=_WEEKDAYS.get(groups.get("weekday", "").lower()),
        clock=clock if not month else None,
    )


def _plausible(groups: dict[str, str], match: re.Match[str], text: str) -> bool:
    """Whether a month or a year is one: "may" is often a verb, four digits often a count."""
    if "month" in groups:
        word = groups["month"]
        if (
            not word[0].isupper()
            and word.lower() in {"may", "mar", "march", "mars", "august", "sep", "dec", "mai", "jan", "nov"}
            and "day" not in groups
        ):
            return False
        if set(groups) == {"month"}:
            lead = text[: match.start()]
            plain = word.lower() in _PLAIN_MONTHS or bool(_BEFORE_NOUN.search(lead) and re.match(r"\s+[a-z]|[.,;]|$", text[match.end() :]))
            return word[0].isupper() and (plain or bool(_MONTH_LEADS.search(lead)))
        return True
    if set(groups) == {"year"}:
        return not (_COUNTED.match(text, match.end()) and not _YEAR_LEADS.search(text[: match.start()]))
    return not ("weekday" in groups and not groups["weekday"][0].isupper())


def _clock(groups: dict[str, str]) -> str | None:
    if "hour" not in groups:
        return None
    hour = int(groups["hour"])
    if groups.get("half_day", "").lower().startswith("p") and hour < 12:
        hour += 12
    elif groups.get("half_day", "").lower().startswith("a") and hour == 12:
        hour = 0
    return f"{hour:02d}:{int(groups.get('minute', '0')):02d}"


def agrees(claim: DateMention, source: DateMention) -> bool:
    """Whether a source's date says at least what a claim's does, and nothing else."""
    for part in ("year", "quarter", "half", "day", "weekday", "clock"):
        said = getattr(claim, part)
        if said is not None and said != getattr(source, part) and not (part == "quarter" and _quarter_of(source) == said):
            return False
    return claim.month is None or claim.month == source.month


def _quarter_of(mention: DateMention) -> int | None:
    return (mention.month - 1) // 3 + 1 if mention.month else None


def as_datetime(mention: DateMention, published: datetime) -> datetime | None:
    """The day that a full or nearly full date means, in UTC; a missing year is the last one not after publication."""
    if not mention.month:
        return None
    year = mention.year or (published.year if (mention.month, mention.day or 1) <= (published.month, published.day) else published.year - 1)
    try:
        return datetime(year, mention.month, mention.day or 1, tzinfo=UTC)
    except ValueError:
        return None
