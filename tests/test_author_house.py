"""House style and what is worn out; pages divided for small contexts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from find_sample import record
from publish_sample import DAY, sample

from groundwire.errors import ConfigError
from groundwire.llm import estimate_tokens
from groundwire.records import Article, Section, Sentence, SentenceKind
from synth.write import house
from synth.write.facts import divided, page_block_of


def said(headline: str, *texts: str, days: int = 1, id: str = "a") -> Article:
    article = replace(sample(), dek=Sentence("", SentenceKind.FRAME), so_far=(), questions=())
    sentences = tuple(Sentence(t, SentenceKind.REPORT) for t in texts)
    sections = (Section(None, (sentences,)),)
    return replace(
        article,
        id=id,
        headline=Sentence(headline, SentenceKind.REPORT),
        sections=sections,
        modified=DAY - timedelta(days=days),
    )


def test_headlines_that_are_built_alike_have_one_shape() -> None:
    assert house.shape("Velmora Grid puts $2.4 billion into its own plant") == house.shape(
        "Quillon Foundry pours $7 million into its new hall"
    )
    assert house.shape("Velmora Grid puts $2.4 billion into its own plant") != house.shape("Who pays when the line is late")


def test_shapes_openings_and_phrases_of_the_last_weeks_are_worn() -> None:
    style = house.House(banned_words=("game-changer",), banned_openings=("In an era",))
    recent = (
        said("Velmora Grid puts $2.4 billion into its own plant", "The real bottleneck sits lower down. It is late.", id="a"),
        said("Quillon Foundry pours $7 million into its new hall", "Here the real bottleneck sits elsewhere.", id="b"),
        said("Tarn Rail bets $9 million on its old quay", "Nobody remembers the quiet ferry terminal.", days=60, id="c"),
    )
    used = house.worn(recent, style, DAY)
    assert used.shapes == {house.shape("Osmere Steel moves $3 million into its first mill")}
    assert "the real bottleneck sits" in used.phrases
    assert not any("quiet ferry" in p for p in used.phrases), "that is too long ago"
    assert "Velmora Grid puts" in used.told() and "the real bottleneck sits" in used.told()
    noted = house.notes("In an era of plants the real bottleneck sits in a game-changer.", style, used, opens=True)
    assert {f.check for f in noted} == {"house", "saturation"} and len(noted) == 3
    assert house.notes("Osmere Steel moves $3 million into its first mill", style, used, headline=True)
    assert not house.notes("“A game-changer,” said the mayor.", style, used)


def test_a_house_style_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "house").mkdir()
    (tmp_path / "house" / "style.toml").write_text("tone = 3\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"style\.toml"):
        house.load(tmp_path)


def test_a_page_is_divided_at_sentences_and_nothing_of_it_is_lost() -> None:
    text = " ".join(f"Sentence {n} of this page is as long as others are." for n in range(200)) + " " + "x" * 4000
    page = record(text, "Long Post")
    parts = divided(page, 300)
    assert len(parts) > 5 and all(estimate_tokens(p.text) <= 300 for p in parts)
    assert "".join("".join(p.text.split()) for p in parts) == "".join(text.split())
    assert 'part="2 of ' in page_block_of(parts[1])
