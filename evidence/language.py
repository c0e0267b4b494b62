"""The language of a text by its commonest words, for texts that declare none."""

from __future__ import annotations

import re

from evidence.text import listed

_WORDS = {
    "en": listed("the of and to in is that it for was with on as are by this be at from has have its an will said which their they not but been more"),
    "de": listed("der die das und ist nicht mit den von zu im auf für ein eine einen des dem sich auch wird werden hat haben sind aus bei nach über am war wie"),
    "fr": listed("le la les des et est du une dans pour que qui sur pas au aux plus par avec sont ce cette il elle ont été ses mais selon a un"),
    "es": listed("el la los las de y que en un una por con para del se es al lo su sus como más ha han fue son pero según este esta"),
    "it": listed("il lo gli della delle dei di che è per con una non sono nel alla anche più come ha hanno dal sul questo questa ma secondo le si da"),
    "pt": listed("o os as da do das dos em um uma para com que não por mais no na nos nas ao foi são é seu sua pelo pela também segundo"),
    "nl": listed("het een van en de dat niet op te voor met zijn aan er ook als naar bij door over wordt maar heeft hebben werd nog deze uit volgens"),
    "sv": listed("och att det som en på är av för med den till ett har inte om var från men ska så vid kan eller under efter säger enligt de i"),
    "da": listed("og at det som en på er af for med den til et har ikke om var fra men skal så ved kan eller under efter siger ifølge de i"),
    "pl": listed("i w na z że się nie do jest to o jak po od za przez oraz są dla był które który roku ale tym także według jego jej ze"),
}  # fmt: skip
"""Common words by language; the ones that are not read are there so that a text in them is not taken for one that is."""
LEAST_WORDS = 3
"""Fewer common words than this tell nothing: a headline of names and numbers."""
LEAD = 1.25
"""How far the words of the likeliest language must outnumber the next one's."""


def language_by_words(text: str) -> str | None:
    """The two letters of the language that a text's commonest words are in, or None where they do not tell."""
    words = re.findall(r"[^\W\d_]+", text[:6000].casefold())
    counts = sorted(
        ((sum(word in common for word in words), code) for code, common in _WORDS.items()), key=lambda found: (-found[0], found[1])
    )
    (most, code), (second, _) = counts[:2]
    return code if most >= LEAST_WORDS and most >= LEAD * second else None
