"""Layers of a text, and files that are no lens."""

from __future__ import annotations

from pathlib import Path

import pytest
from find_sample import CHIPS, MUSEUM, PLANT, lens

from groundwire.errors import ConfigError
from groundwire.outlets_file import read_outlets
from groundwire.records import Outlet, OutletKind
from synth.find.lens import layer_scores, load_lens


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
