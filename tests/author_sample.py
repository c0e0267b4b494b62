"""A model that reads three pages honestly and writes well from them: what tests of the author spoil."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from model_server import Reply, is_facts
from pydantic import SecretStr

from groundwire.config import Llm, Publication, Settings, Write

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


def sentence(text: str, *facts: int, kind: str = "report") -> dict[str, Any]:
    return {"kind": kind, "text": text, "facts": list(facts)}


class Author:
    """A model that reads honestly and writes well; tests spoil one answer at a time."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.facts = self.read
        self.article = self.write

    def __call__(self, request: dict[str, Any]) -> Reply:
        return self.facts(request) if is_facts(request) else self.article(request)

    def offered(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        """Every prepared quote with the number of the page that holds it."""
        pages = request["messages"][1]["content"].split("</page>")
        found: list[dict[str, Any]] = []
        for quotes in FACTS.values():
            for quote in quotes:
                number = next((i for i, page in enumerate(pages, 1) if quote in page), None)
                if number is not None:
                    found.append({"page": number, "quote": quote, "about": "the plant"})
                    self.numbers[quote] = len(found)
        return found

    def read(self, request: dict[str, Any]) -> Reply:
        return Reply(json.dumps({"facts": self.offered(request)}))

    def number(self, outlet: str, n: int) -> int:
        return self.numbers[FACTS[outlet][n]]

    def written(self) -> dict[str, Any]:
        grid = [self.number("grid", i) for i in range(4)]
        ledger = [self.number("ledger", i) for i in range(2)]
        courier = [self.number("courier", i) for i in range(2)]
        return {
            "headline": sentence("Velmora Grid puts $2.4 billion into its own gas plant", grid[0]),
            "dek": sentence(
                "A company that could wait for a line builds a plant instead, and the land it takes was meant for wind before.",
                grid[2],
                ledger[1],
                kind="inference",
            ),
            "sections": [
                {
                    "heading": "Power is bought before a line is built",
                    "sentences": [
                        sentence("Velmora Grid will spend $2.4 billion on a gas plant of 700 megawatts at Harrow Point.", grid[0]),
                        sentence("It is to open in 2030, with 320 people employed there.", grid[1]),
                        sentence("“We cannot wait for the transmission line any longer,” said Ida Kvarn, who runs Velmora Grid.", grid[2]),
                        sentence("A permit is expected by March 2027.", grid[3]),
                        sentence("This suggests that the plant stands in for the line.", grid[0], grid[2], kind="inference"),
                    ],
                },
                {
                    "heading": "Who takes the power",
                    "sentences": [
                        sentence("Data centres will take 60 percent of the power, the filing says.", ledger[0]),
                        sentence(
                            "A wind farm that was planned on the land was dropped because the line to Osmere was full, according to the filing.",
                            ledger[1],
                        ),
                        sentence(
                            "Two turbines worth up to $310 million have been ordered, people familiar with the order said.", courier[0]
                        ),
                    ],
                },
            ],
            "so_far": [
                sentence("Velmora Grid has ordered turbines for a plant that could receive them in late 2028.", courier[0], courier[1])
            ],
            "questions": [
                {
                    "question": "Why was the wind farm dropped?",
                    "answer": [sentence("The line to Osmere was full, the filing says.", ledger[1])],
                },
                {"question": "When could the turbines arrive?", "answer": [sentence("They could arrive in late 2028.", courier[1])]},
            ],
        }

    def write(self, request: dict[str, Any]) -> Reply:
        return Reply(json.dumps(self.written()))


def short_form(directory: Path) -> Path:
    """A publication's folder whose own form asks for fewer words, so that a test can read its articles."""
    forms = directory / "templates" / "forms"
    forms.mkdir(parents=True)
    (forms / "thesis.toml").write_text(
        'name = "thesis"\nwords = [60, 600]\nleast = 40\nheadline_words = [5, 14]\ndek_words = [10, 40]\nquestions = [1, 4]\nquoted_share = 0.3\noverlap = 0.5\n',
        encoding="utf-8",
    )
    return directory


def publication(room: Path, base_url: str, **llm: Any) -> Publication:
    settings = Settings(
        llm=Llm(**({"base_url": base_url, "model": "stub", "timeout_seconds": 5} | llm)), write=Write(writer="auto", form="thesis")
    )
    return Publication(root=room, settings=settings, api_key=SecretStr(KEY))
