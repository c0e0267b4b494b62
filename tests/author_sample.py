"""A model that reads three pages honestly and writes well from them: what tests of the author spoil."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from model_server import UNDECIDED, Reply, given, numbered, part_of, parts_of, reply_of, step_of
from pydantic import SecretStr

from groundwire.config import Gate, Llm, Publication, Settings, Write
from groundwire.templating import data_path
from synth.fitting import line

KEY = "sk-secret-canary"

GRID = (
    "Velmora Grid will spend $2.4 billion on a 700-megawatt gas plant at Harrow Point, the company said on Thursday. "
    "The plant is to open in 2030 and will employ 320 people. "
    "“We cannot wait for the transmission line any longer,” said Ida Kvarn, who runs Velmora Grid. "
    "The company expects a permit by March 2027. Neighbours have asked the council of Osmere for a hearing on noise."
)
LEDGER = (
    "A gas plant of 700 megawatts will be built at Harrow Point for $2.4 billion, a filing by Velmora Grid with the state shows. "
    "The filing puts the share of power that data centres will take at 60 percent. "
    "The state has until the end of January to object to the filing. Harrow Point has 41 hectares of cleared land, and a rail siding that has not been used since 2011. "
    "An earlier plan for a wind farm on the same land was dropped, the filing says, because the line to Osmere was full."
)
COURIER = (
    "Velmora Grid has ordered two turbines for its plant at Harrow Point, worth up to $310 million, people familiar with the order said. "
    "The turbines could arrive in late 2028. Velmora Grid did not comment on the price. "
    "The union of electrical fitters in Osmere said that 1,100 of its members would be needed to build the plant."
)

FACTS = {
    "grid": ["Velmora Grid will spend $2.4 billion on a 700-megawatt gas plant at Harrow Point, the company said on Thursday.",
             "The plant is to open in 2030 and will employ 320 people.",
             "“We cannot wait for the transmission line any longer,” said Ida Kvarn, who runs Velmora Grid.",
             "The company expects a permit by March 2027."],
    "ledger": ["The filing puts the share of power that data centres will take at 60 percent.",
               "An earlier plan for a wind farm on the same land was dropped, the filing says, because the line to Osmere was full."],
    "courier": ["Velmora Grid has ordered two turbines for its plant at Harrow Point, worth up to $310 million, people familiar with the order said.",
                "The turbines could arrive in late 2028."],
}  # fmt: skip


def sentence(text: str, *facts: int, kind: str = "report", measures: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"kind": kind, "text": text, "facts": list(facts), "measures": list(measures)}


Said = tuple[str, str, tuple[tuple[str, int], ...]]
"""Kind and text of a sentence, and the facts that it rests on: whose, and which of them."""

SAID: tuple[Said, ...] = (
    ("report", "Velmora Grid will spend $2.4 billion on a gas plant of 700 megawatts at Harrow Point.", (("grid", 0),)),
    ("report", "Data centres will take 60 percent of the power, the filing says.", (("ledger", 0),)),
    ("report", "“We cannot wait for the transmission line any longer,” said Ida Kvarn, who runs Velmora Grid.", (("grid", 2),)),
    ("report", "Two turbines worth up to $310 million have been ordered, people familiar with the order said.", (("courier", 0),)),
    ("report", "A wind farm that was planned on the land was dropped because the line to Osmere was full, according to the filing.", (("ledger", 1),)),
    ("report", "A permit is expected by March 2027.", (("grid", 3),)),
    ("report", "The plant is to open in 2030, with 320 people employed there.", (("grid", 1),)),
    ("inference", "This suggests that the plant stands in for the line.", (("grid", 0), ("grid", 2))),
    ("report", "The turbines could arrive in late 2028.", (("courier", 1),)),
)  # fmt: skip
"""What the honest author says, in the order in which it deals it out to the parts of a form."""
HEADINGS = ("Power is bought before a line is built", "Who takes the power", "A plant in place of a line", "Turbines come late")


class Author:
    """A model that reads honestly and writes well; tests spoil one answer at a time, by the name of its step."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.dealt: dict[str, list[Said]] = {}
        self.steps: dict[str, Callable[[dict[str, Any]], Any]] = {
            "facts": self.read,
            "plan": self.plan,
            "section": self.section,
            "questions": self.questions,
            "opening": self.opening,
            "check": self.check,
            "repair": self.repair,
        } | {step: lambda request, answer=answer: answer for step, answer in UNDECIDED.items()}
        self.asked: list[str] = []

    def __call__(self, request: dict[str, Any]) -> Reply:
        step = step_of(request)
        self.asked.append(step)
        answer = self.steps[step](request)
        return answer if isinstance(answer, Reply) else reply_of(answer)

    def spoil(self, step: str, change: Callable[[str], str]) -> None:
        """Change the text of every answer to a step."""
        honest = self.steps[step]
        self.steps[step] = lambda request: Reply(change(json.dumps(honest(request), ensure_ascii=False)))

    def read(self, request: dict[str, Any]) -> dict[str, Any]:
        """Every prepared quote with the number of the page that holds it."""
        pages = given(request).split("</page>")
        found: list[dict[str, Any]] = []
        for quote in (quote for quotes in FACTS.values() for quote in quotes):
            number = next((i for i, page in enumerate(pages, 1) if quote in page), None)
            if number is not None:
                stance = "against" if "dropped" in quote or "cannot wait" in quote else "neutral"
                found.append({"page": number, "quote": quote, "about": "the plant", "entities": ["Velmora Grid"], "figures": [], "stance": stance, "said_by": ""})  # fmt: skip
        return {"facts": found}

    def know(self, request: dict[str, Any]) -> None:
        """Remember the numbers of the facts."""
        self.numbers |= numbered(request)

    def number(self, outlet: str, n: int) -> int:
        return self.numbers.get(line(FACTS[outlet][n]), 1)

    def plan(self, request: dict[str, Any]) -> dict[str, Any]:
        self.know(request)
        names = [p for p in parts_of(request) if p != "geopolitics"]
        self.dealt = {name: list(SAID[i :: len(names)]) for i, name in enumerate(names)}
        dealt = [(name, sorted({self.number(*f) for _, _, facts in said for f in facts})) for name, said in self.dealt.items()]
        first, last = self.number("grid", 0), self.number("grid", 1)
        return {
            "thesis": "Velmora Grid buys power before a line is built.",
            "thesis_facts": [first, self.number("grid", 2)],
            "counter_case": "The line was full before.",
            "counter_facts": [self.number("ledger", 1)],
            "parts": [
                {"name": name, "heading": HEADINGS[i % len(HEADINGS)], "claim": "It is so.", "facts": facts, "measures": []}
                for i, (name, facts) in enumerate(dealt)
            ],
            "questions": [
                {"question": "Why was the wind farm dropped?", "facts": [self.number("ledger", 1)], "measures": []},
                {"question": "When could the turbines arrive?", "facts": [self.number("courier", 1)], "measures": []},
            ],
            "open": [],
            "forecast": {
                "statement": "The plant may open in 2030.",
                "due": "2030-12-31",
                "wrong_if": "The plant does not open in 2030.",
                "facts": [last],
            },
        }

    def section(self, request: dict[str, Any]) -> dict[str, Any]:
        said = self.dealt.get(part_of(request), [])
        sentences = [sentence(text, *(self.number(*f) for f in facts), kind=kind) for kind, text, facts in said]
        view = sentence("On this evidence the plant may open in 2030.", self.number("grid", 1), kind="inference")
        asks = "\nThe forecast: " in given(request)
        return {"paragraphs": [{"lead": "", "sentences": sentences}], "view": view if asks else None}

    def questions(self, request: dict[str, Any]) -> dict[str, Any]:
        why, when = self.number("ledger", 1), self.number("courier", 1)
        return {
            "questions": [
                {"question": "Why was the wind farm dropped?", "answer": [sentence("The line to Osmere was full, the filing says.", why)]},
                {"question": "When could the turbines arrive?", "answer": [sentence("They could arrive in late 2028.", when)]},
            ]
        }

    def opening(self, request: dict[str, Any]) -> dict[str, Any]:
        grid, wind, order = self.number("grid", 0), self.number("ledger", 1), self.number("courier", 0)
        return {
            "headlines": [sentence("Velmora Grid puts $2.4 billion into its own gas plant", grid)],
            "deks": [
                sentence(
                    "A company that could wait for a line builds a plant instead, and the land it takes was meant for wind before.",
                    self.number("grid", 2),
                    wind,
                    kind="inference",
                )
            ],
            "so_far": [
                sentence(
                    "Velmora Grid has ordered turbines for a plant that could receive them in late 2028.", order, self.number("courier", 1)
                )
            ],
        }

    def check(self, request: dict[str, Any]) -> dict[str, Any]:
        """All is supported."""
        asked = re.findall(r"^Sentence (\d+) ", given(request), re.MULTILINE)
        return {"sentences": [{"number": int(n), "differences": "", "verdict": "supported"} for n in asked]}

    def repair(self, request: dict[str, Any]) -> dict[str, Any]:
        """Nothing can be said that the facts bear."""
        asked = re.findall(r"^Sentence (\d+) ", given(request), re.MULTILINE)
        return {"sentences": [{"number": int(n)} | sentence("") for n in asked]}


def plain(request: dict[str, Any]) -> Reply:
    """A model that takes the first sentences of any page as facts, and then says each again in its first words."""
    return reply_of(plain_answer(request))


def plain_answer(request: dict[str, Any]) -> dict[str, Any]:
    step = step_of(request)
    if step in UNDECIDED:
        return UNDECIDED[step]
    if step == "facts":
        pages = [page.partition(">\n")[2] for page in given(request).split("</page>")[:-1]]
        quotes = [(n, text) for n, page in enumerate(pages, 1) for text in re.findall(r"[A-Z][^.!?\n]{40,200}[.]", page)[:3]]
        more = {"about": "what happened", "entities": [], "figures": [], "stance": "neutral", "said_by": ""}
        return {"facts": [{"page": n, "quote": quote} | more for n, quote in quotes]}
    facts = numbered(request)
    said = [sentence(" ".join(quote.split()[:9]).rstrip(",;") + ".", n) for quote, n in facts.items()]
    numbers = list(facts.values())
    if step == "plan":
        parts = [
            {"name": name, "heading": "", "claim": "", "facts": numbers[i::2][:6], "measures": []}
            for i, name in enumerate(parts_of(request)[:2])
        ]
        return {
            "thesis": "It is so.",
            "thesis_facts": numbers[:2],
            "counter_case": "",
            "counter_facts": [],
            "parts": parts,
            "questions": [],
            "open": [],
            "forecast": None,
        }
    if step == "section":
        return {"paragraphs": [{"lead": "", "sentences": said[:8]}], "view": None}
    if step == "opening":
        return {"headlines": said[:1], "deks": said[1:2], "so_far": said[:1]}
    asked = [int(n) for n in re.findall(r"^Sentence (\d+) ", given(request), re.MULTILINE)]
    if step == "check":
        return {"sentences": [{"number": n, "differences": "", "verdict": "supported"} for n in asked]}
    return {"sentences": [{"number": n} | sentence("") for n in asked]}


def short_form(directory: Path) -> Path:
    """A publication's folder whose own form asks for fewer words, so that a test can read its articles."""
    forms = directory / "templates" / "forms"
    forms.mkdir(parents=True)
    (forms / "thesis.toml").write_text(
        'name = "thesis"\nabout = "a thesis in two parts"\nwords = [60, 600]\nleast = 40\nheadline_words = [5, 14]\ndek_words = [10, 40]\nquestions = [1, 4]\n'
        "quoted_share = 0.3\noverlap = 0.5\n"
        '[[part]]\nname = "claim"\nbrief = "The claim."\nwords = [20, 200]\n[[part]]\nname = "land"\nbrief = "The land."\nwords = [20, 200]\n',
        encoding="utf-8",
    )
    for name in ("stack-essay", "briefing"):
        packaged = data_path("templates") / "forms" / f"{name}.toml"
        shorter = re.sub(r"(?m)^words = .*", "words = [60, 600]", packaged.read_text(encoding="utf-8"), count=1)
        shorter = re.sub(r"(?m)^least = .*", "least = 40", re.sub(r"(?m)^overlap = .*", "overlap = 0.5", shorter))
        shorter = re.sub(r"(?m)^supported = .*", "supported = 4", re.sub(r"(?m)^quoted_share = .*", "quoted_share = 0.3", shorter))
        (forms / f"{name}.toml").write_text(shorter, encoding="utf-8")
    return directory


def publication(room: Path, base_url: str, *, form: str = "thesis", gate: Gate | None = None, **llm: Any) -> Publication:
    settings = Settings(
        llm=Llm(**({"base_url": base_url, "model": "stub", "timeout_seconds": 5} | llm)),
        write=Write(writer="auto", form=form),
        gate=gate or Gate(),
    )
    return Publication(root=room, settings=settings, api_key=SecretStr(KEY))
