"""Sentences about the sample wire as a capable writer puts them: the true ones pass, each fault gets the finding that names it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from evidence.checks import CheckContext, check_sentence, passage_ground, verdict, whole_ground
from groundwire.records import OutletKind, Record, RecordState, Sentence, SentenceKind, Severity, Verdict
from groundwire.templating import data_path
from groundwire.wire import Wire

REPORT, INFERENCE = SentenceKind.REPORT, SentenceKind.INFERENCE
MODELWATCH = "1102-modelwatch-marrowby-ships-lantern-5-and-cuts"
FITTERS = "1102-sitework-pipe-fitters-in-short-supply-as"
SUBSTATION = "1105-gridnews-lowfield-substation-will-be-ready-15"
OSTERVANE = "1105-modelwatch-ostervane-publishes-pilgrim-3-with-open"
OSTERVANE_2 = "1105-norwell-europe-ostervane-challenges-larger-rivals-with"
ARDMOOR = "1105-sitework-ardmoor-wins-610-million-order-for"
RULE = "1105-wattline-calverra-makes-data-centres-pay-for"
TARROW = "1106-bellrope-tarrow-storage-and-cindermoor-energy-to"
TARROW_COPY = "1106-calverraherald-merrow-county-to-get-state-largest"
GROWTH = "1107-gridnews-lowfield-plan-swells-to-1-8"
COLUMN = "1107-margin-we-are-watching-the-wrong-race"
VOICE = "1109-modelwatch-marrowby-opens-lantern-voice-mode-to"
AVERLINE = "1109-norwell-averline-denies-job-cuts-as-call"
PELLWORTH = "1109-stackledger-averline-hands-two-thirds-of-its"
SLIP = "1109-waferpost-tessaline-t9-has-reportedly-slipped-by"
ENGINES = "1109-wattline-operators-line-up-gas-engines-while"
DENIAL = "1110-norwell-tessaline-denies-delay-to-its-next"
GRAUWERK = "1110-wattline-turbine-maker-grauwerk-adds-five-gigawatts"
WATER = "1111-calverraherald-state-allows-lowfield-campus-1-5"
REACTORS = "1111-gridnews-cape-errol-reactors-would-feed-the"
NUCLEAR = "1111-norwell-hollinmere-signs-for-300-megawatts-of"
LICENCE = "1111-norwell-trade-office-clears-1-2-billion"

TRUE = (
    ("The price of a million input tokens dropped from $3.00 to $1.80 with the new model.", MODELWATCH, "Customers will pay $1.80 for a million tokens"),
    ("Lantern 4 stays on offer until the close of March 2027, according to the company.", MODELWATCH, "Lantern 4 will remain available"),
    ("How many chips the training took, Castellow would not say.", MODELWATCH, "Castellow declined to say how many chips"),
    ("By Marrowby's own count on 12,000 internal questions, errors of fact are down by roughly a third.", MODELWATCH, "The company said the new model reads documents"),
    ("Pay for certified fitters on big sites has reached about $71 an hour, 14 percent up on last year.", FITTERS, "Certified fitters earn about $71 an hour"),
    ("The council wants training centres in Port Aldous and Merrow County, but has no money for either yet.", FITTERS, "The council plans to open two training centres"),
    ("Only 1,150 people across Calverra are certified, and the council reckons 1,900 will be needed by mid-2027.", FITTERS, "Only 1,150 people in the state hold the certificate", "It expects demand for about 1,900"),
    ("The operator had to choose between waiting for a signature and losing its slot at the manufacturer.", SUBSTATION, "Calverra Transmission went ahead on the strength of the deposit", "Network operators normally wait for a signed agreement"),
    ("Hollinmere has requested as much as 150 megawatts from an older line as a stopgap; nobody has approved it.", SUBSTATION, "To bridge the gap of about 15 months"),
    ("A deposit of $92 million has already changed hands.", SUBSTATION, "The customer has already paid a deposit of $92 million."),
    ("Pilgrim 3 trails Lantern 5 by eleven points at writing programs.", OSTERVANE, "On tests of general knowledge published with the model", "It is clearly weaker at writing programs"),
    ("Ostervane, with 340 staff, hopes to more than double last year's 61 million euros of revenue to 140 million.", OSTERVANE_2, "The laboratory, which employs 340 people"),
    ("An official put the number of machines at around 12,000, against 9,000 in the laboratory's own paper.", OSTERVANE_2, "Counting those machines, about 12,000 accelerators took part", "Ostervane's paper gives 9,000."),
    ("Ardmoor will owe a penalty for every month that it is late after May 2029, though how much is not public.", ARDMOOR, "Ardmoor's contract sets a penalty", "It did not disclose the amount."),
    ("The yard's backlog of $7.9 billion amounts to 43 months of work, Solveig Marchbank said.", ARDMOOR, "Its order book stands at $7.9 billion"),
    ("A 600-megawatt campus without an investment-grade rating would have to post $108 million.", RULE, "They must sign for twelve years and", "For a campus of 600 megawatts that would be $108 million."),
    ("The Large Load Coalition, whose members are nine operators, is weighing an appeal.", RULE, "The Large Load Coalition, which speaks for nine operators"),
    ("Building the larger version would take $11.2 billion, by one insider's estimate, against the $11.6 billion that the company expects.", GROWTH, "Building all of it would cost $11.2 billion"),
    ("The substation on order is too small for the extra load.", GROWTH, "The substation that Calverra Transmission ordered this week cannot carry the larger load."),
    ("A columnist at The Margin bets that by the end of 2028 a big laboratory will be stuck with a finished model that it cannot train.", COLUMN, "My bet, and you may hold me to it"),
    ("Replies now come after about 0.4 seconds, where the previous version needed 1.3.", VOICE, "It replies after about 0.4 seconds on average", "The earlier version took 1.3 seconds."),
    ("None of Averline's 410 service employees lost a job, the airline insists.", AVERLINE, "Averline Airways denied on Monday that it had cut jobs"),
    ("The union counts 1,150 lost posts at three contractors since July.", AVERLINE, "The union for call-centre workers said that 1,150 people"),
    ("Where it once paid about $4.80 a call, Averline now pays $1.15 for each one that is settled.", PELLWORTH, "Averline pays by result: $1.15 for each call", "It used to pay about $4.80 a call."),
    ("Tidewell Research thinks a delay might move something like $2 billion of sales.", SLIP, "A delay would shift sales of perhaps $2 billion"),
    ("A third supplier told the paper it had heard of no change.", SLIP, "A third supplier said it knew of no change."),
    ("Power from the engines costs $95 to $120 a megawatt-hour, compared with some $58 from the network.", ENGINES, "They are also dearer to run"),
    ("So far the air agency has turned down no such permit.", ENGINES, "It has not refused a permit of this kind so far"),
    ("After falling 6 percent on Monday, Tessaline's stock won back 2 percent a day later.", DENIAL, "Tessaline's shares, which fell 6 percent that day"),
    ("Anyone who orders a turbine from Grauwerk today will get it in 2031.", GRAUWERK, "Grauwerk, one of a handful of makers of large gas turbines"),
    ("Data-centre operators make up roughly two fifths of Grauwerk's new reservations, up from almost nothing in 2023.", GRAUWERK, "Data-centre operators now account for about 40 percent"),
    ("The permit runs for ten years and covers only the smaller version of the plan.", WATER, "The permit holds for ten years.", "It covers the smaller version of the plan only."),
    ("Two of the eight buildings rely on evaporation when it is hot.", WATER, "The permit file shows that this applies to six of the eight buildings.", "The other two use evaporation on hot days."),
    ("Larkwell reckons the four units will cost about $2.4 billion; it has raised $680 million.", REACTORS, "Larkwell puts the cost at around $2.4 billion", "The company has raised $680 million so far"),
    ("Hollinmere may walk away free of charge if no reactor runs by the end of 2035.", NUCLEAR, "It lets Hollinmere leave without penalty"),
    ("Chips that fall silent for three weeks can bring further deliveries to a halt.", LICENCE, "If a chip stays silent for 21 days the office can stop further deliveries."),
)  # fmt: skip

FAULTS = (
    ("cause", "Marrowby cut its price because Ostervane gives its weights away.", (MODELWATCH, "and cut the price of using it by 40 percent"), (OSTERVANE, "whose weights anyone may download")),
    ("cause", "Fear of a takeover drove Grauwerk to expand its main plant to 14 gigawatts.", (GRAUWERK, "will raise the output of its main plant to 14 gigawatts")),
    ("scope", "Data-centre operators describe all five engine sites as temporary.", (ENGINES, "Four of the five describe the engines as temporary.")),
    ("scope", "Laboratories cut the price of their models by 40 percent in November.", (MODELWATCH, "and cut the price of using it by 40 percent")),
    ("superlative", "The $610 million contract is the biggest that Ardmoor has ever won.", (ARDMOOR, "Ardmoor Electric will build four 500-kilovolt transformers")),
    ("superlative", "Marrowby's price cut of 40 percent was the steepest in the trade.", (MODELWATCH, "and cut the price of using it by 40 percent")),
    ("hedge", "Marrowby will take half of the campus.", (SUBSTATION, "Marrowby, which reportedly will take half of the campus")),
    ("hedge", "A delay shifts $2 billion of Tessaline's sales.", (SLIP, "A delay would shift sales of perhaps $2 billion")),
    ("merged", "Averline pays $1.15 for each settled call, and callers who ask for a person wait 11 minutes on average.", (PELLWORTH, "Averline pays by result: $1.15 for each call")),
    ("accounts", "Two outlets independently confirm that the battery will be built in Merrow County.", (TARROW, "The companies will invest $1.1 billion"), (TARROW_COPY, "The companies will invest $1.1 billion")),
    ("negation", "Averline's software has caused the airline to dismiss its employees, and Calverra's labour department is investigating.", (AVERLINE, "Calverra's labour department said it was not investigating.")),
    ("direction", "Tessaline's shares rose 6 percent that day.", (DENIAL, "Tessaline's shares, which fell 6 percent that day")),
    ("comparison", "Fitters now wait four times as long as last autumn.", (FITTERS, "Builders of data centres in Calverra are waiting about five months")),
    ("attribution", "The pipe fitters' wait has more than doubled, according to Gridnews.", (FITTERS, "Builders of data centres in Calverra are waiting about five months")),
    ("opinion", "A finished model will not be trained on time because a yard in Selmouth is late.", (COLUMN, "My bet, and you may hold me to it")),
    ("figure", "Certified fitters earn about $17 an hour.", (FITTERS, "Certified fitters earn about $71 an hour")),
)  # fmt: skip


@cache
def records() -> dict[str, tuple[Record, OutletKind]]:
    """Every text of the sample wire as a record, with the kind of its outlet."""
    wire = Wire.load(data_path("examples/wire"))
    return {text.key: (_record(text.key, text), OutletKind(text.outlet.kind)) for text in wire.texts}


def _record(key: str, text: object) -> Record:
    said = text.body(text.published)  # type: ignore[attr-defined]
    outlet = text.outlet  # type: ignore[attr-defined]
    day = text.published  # type: ignore[attr-defined]
    return Record(key, key, 1, "", "", outlet.name, "", None, outlet.language, day, day, said, "", RecordState.READ)


def context(*cited: tuple[str, str]) -> CheckContext:
    grounds = []
    for key, words in cited:
        record, kind = records()[key]
        start = max(0, record.text.find(words))
        grounds.append(replace(passage_ground(record, start, start + len(words)), kind=kind))
    others = tuple(whole_ground(record) for key, (record, _) in records().items() if key not in {one for one, _ in cited})
    outlets = tuple(dict.fromkeys(record.outlet for record, _ in records().values()))
    return CheckContext(tuple(grounds), known_names=outlets, outlets=outlets, others=others)


@pytest.mark.parametrize(("sentence", "key", "quotes"), [(one[0], one[1], one[2:]) for one in TRUE])
def test_a_free_but_true_sentence_stands(sentence: str, key: str, quotes: tuple[str, ...]) -> None:
    found = check_sentence(Sentence(sentence, REPORT), context(*((key, quote) for quote in quotes)))
    assert [one for one in found if one.severity is not Severity.NOTE] == []
    assert verdict(found, True) is Verdict.SUPPORTED


@pytest.mark.parametrize(("check", "sentence", "cited"), [(one[0], one[1], one[2:]) for one in FAULTS])
def test_a_fault_gets_the_finding_that_names_it(check: str, sentence: str, cited: tuple[tuple[str, str], ...]) -> None:
    found = check_sentence(Sentence(sentence, REPORT), context(*cited))
    assert check in {one.check for one in found if one.severity is not Severity.NOTE}, found
