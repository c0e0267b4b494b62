"""Layers of a text, and files that are no lens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from find_sample import CHIPS, MUSEUM, PLANT, lens, put, record, scene

from groundwire.errors import ConfigError
from groundwire.outlets_file import read_outlets
from groundwire.records import Outlet, OutletKind
from groundwire.store import derived
from groundwire.store.database import Database
from groundwire.templating import template_path
from synth.find.lens import Lens, layer_scores, load_lens
from synth.find.signals import layer_shares, signals
from synth.find.stage import read


@pytest.mark.parametrize(
    ("text", "layer"),
    [
        (PLANT, "energy"),
        (CHIPS, "chip"),
        ("The data centre campus has room for 40,000 servers in six server halls.", "infrastructure"),
        ("The lab released the weights of its language model after a long training run.", "model"),
        ("The chatbot has nine million paying users, and the insurer bought seats for its customer service.", "application"),
        ("Der Netzbetreiber baut das Stromnetz für ein Kraftwerk aus.", "energy"),
        ("Un nouveau centre de données ouvre près de Lyon.", "infrastructure"),
        ("La fábrica de semiconductores abrirá en 2028.", "chip"),
    ],
)
def test_a_text_has_its_layer(text: str, layer: str) -> None:
    assert layer_scores(text, lens())[0][0] == layer


def test_a_text_on_something_else_has_none() -> None:
    assert layer_scores(MUSEUM, lens()) == ()


def test_a_term_is_whole_words_or_a_plural() -> None:
    assert layer_scores("AI's apparatus; the chipper griddle of a modelled ship.", lens()) == ()
    assert dict(layer_scores("Two power plants and open-weight silicon.", lens())) == {"model": 0.375, "chip": 0.25, "energy": 0.375}


def test_shares_are_shares_and_the_strongest_is_first() -> None:
    scores = [score for _, score in layer_scores(PLANT + CHIPS, lens())]
    assert scores == sorted(scores, reverse=True) and 0 < sum(scores) <= 1.0001


def test_the_shipped_lens_goes_from_surface_to_bedrock() -> None:
    assert [layer.name for layer in lens().layers] == ["application", "model", "infrastructure", "chip", "energy"]
    assert lens().label_of("chip") == "Chips"


@pytest.mark.parametrize(
    "text", ["", "label = 3\n[[layer]]\nname = 'x'", "not toml", "label='x'\n[[layer]]\nname='a'\nlabel='A'\nterms={a='b'}"]
)
def test_a_file_that_is_no_lens_is_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"mine\.toml"):
        load_lens(path)
    with pytest.raises(ConfigError, match="absent"):
        load_lens(tmp_path / "absent.toml")


def test_outlets_are_read(tmp_path: Path) -> None:
    path = tmp_path / "outlets.toml"
    assert read_outlets(path) == {}
    path.write_text('["Grid Daily"]\nkind = "commentary"\nowner = "One Media"\n[Other]\nweight = 0.3\n', encoding="utf-8")
    assert read_outlets(path) == {
        "Grid Daily": Outlet("Grid Daily", OutletKind.COMMENTARY, "One Media", 0.5, False),
        "Other": Outlet("Other", OutletKind.REPORT, None, 0.3, False),
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[A]\nknd = 'report'", "did you mean 'kind'"),
        ("[A]\nkind = 'paper'", "no kind of outlet"),
        ("[A]\nweight = 2", "from 0 to 1"),
        ("[A]\nweight = true", "from 0 to 1"),
        ("[A]\nowner = 3", "quotation marks"),
        ("A = 1", "not a table"),
        ("[A", "not TOML"),
    ],
)
def test_what_is_wrong_with_outlets_is_said(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "outlets.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=says):
        read_outlets(path)


RIVERS = """
label = "Rivers"

[[layer]]
name = "boats"
label = "Boats"
[layer.terms]
"ferry" = 3
"barge" = 3
"lock keeper" = 2

[[layer]]
name = "water"
label = "Water"
entities = ["Upper Tarn Water Board"]
[layer.terms]
"flood" = 3
"dyke*" = 3
"water level" = 2
"""


def rivers(directory: Path) -> Path:
    path = directory / "lenses" / "rivers.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(RIVERS, encoding="utf-8")
    return path


def test_an_operator_brings_another_subject(tmp_path: Path) -> None:
    """A lens in the publication's own templates is found by name, and measures a subject with other layers."""
    rivers(tmp_path)
    mine = load_lens(template_path("lenses/rivers.toml", tmp_path))
    assert [layer.name for layer in mine.layers] == ["boats", "water"] and mine.label_of("water") == "Water"
    assert dict(layer_scores("The Upper Tarn Water Board says that the flood reached the dykes.", mine)) == {"water": 1.0}
    assert layer_scores(PLANT, mine) == ()
    told = [
        record("A ferry of Tarn Lines sank with its barge. Tarn Lines lost $4.5 million.", "A", 5),
        record("Tarn Lines has no ferry left: the loss of $4.5 million leaves it one barge, Tarn Lines said.", "B", 4),
        record("The flood of the week left the dykes of Osmere standing, and a water level of four metres.", "C", 3),
    ]
    given = scene(*told, by=mine)
    assert {given.layer(s) for s in given.stories} == {"boats", "water"}
    assert [s.layer for s in layer_shares(given)] == ["boats", "water"]
    assert any("Tarn Lines" in s.statement for s in signals(given))


def test_every_passage_has_its_own_layer_beside_the_records(db: Database) -> None:
    mixed = record(f"{CHIPS} The plant takes electricity from the power grid through a substation. {MUSEUM}", "A")
    put(db, mixed)
    reading = read(mixed, lens())
    derived.add_reading(db, reading, "1")
    found = derived.passage_layers(db, [mixed.id])
    by_text = {mixed.text[start : start + 10]: layer for (_, start), layer in found.items()}
    assert by_text["The plant "] == "energy" and by_text["Quillon Se"] == "chip" and "The museum" not in by_text
    assert derived.layers(db, [mixed.id])[mixed.id][0][0] == "chip"
    derived.add_reading(db, read(mixed, load_lens_without_energy()), "2")
    assert "energy" not in derived.passage_layers(db, [mixed.id]).values()


def load_lens_without_energy() -> Lens:
    whole = lens()
    return replace(whole, layers=tuple(layer for layer in whole.layers if layer.name != "energy"))
