"""The look of one publication: what `site.look` changes of the packaged pages, without a template being written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from groundwire.errors import BuildError
from publish.wording import clean

WORD, DARK = "word.", "dark."
"""Before a phrase that is said in other words, and before a colour of the dark scheme."""

_NOT_COLOURS = frozenset({"notice", "logo", "license"})
_PHRASE = re.compile(r"""\b_\((?:"([^"]+)"|'([^']+)')\)""")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Look:
    """A notice for the top of every page, the file of a logo in templates/site/static, colours by scheme, and words."""

    notice: str | None = None
    logo: str | None = None
    light: Mapping[str, str] = field(default_factory=dict)
    dark: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    def say(self, phrase: str) -> str:
        """A phrase of the templates in the publication's own words."""
        return self.words.get(phrase, phrase)

    @property
    def style(self) -> str:
        """The rules that stand at the end of the style sheet."""
        light, dark = (";".join(f"--{name}:{value}" for name, value in sorted(colours.items())) for colours in (self.light, self.dark))
        rules = [
            f"@media screen and (prefers-color-scheme:{scheme}){{:root{{{said}}}}}"
            for scheme, said in (("light", light), ("dark", dark))
            if said
        ]
        if self.logo:
            rules.append(
                ".masthead .name::before"
                f'{{content:"";display:inline-block;width:1.1em;height:1.1em;margin-right:.45em;vertical-align:-.16em;background:url({self.logo}) center/contain no-repeat}}'
            )
        return "".join(rules)


def look_of(settings: Mapping[str, str]) -> Look:
    """The look that checked settings ask for; a colour holds for the scheme that it names alone."""
    colours = {name: value for name, value in settings.items() if name not in _NOT_COLOURS and not name.startswith(WORD)}
    notice = settings.get("notice")
    return Look(
        notice=clean(notice) if notice else None,
        logo=settings.get("logo"),
        light={name: value for name, value in colours.items() if not name.startswith(DARK)},
        dark={name.removeprefix(DARK): value for name, value in colours.items() if name.startswith(DARK)},
        words={name.removeprefix(WORD): clean(value) for name, value in settings.items() if name.startswith(WORD)},
    )


def phrases(env: Any) -> frozenset[str]:
    """Every phrase of the templates that can be said in other words."""
    sources = (env.loader.get_source(env, name)[0] for name in env.list_templates(extensions=["html"]))
    return frozenset(one or other for source in sources for one, other in _PHRASE.findall(source))


def check_words(look: Look, known: Iterable[str]) -> None:
    """Raises BuildError naming the first phrase of `site.look` that no template says."""
    offered = sorted(known)
    for phrase in look.words:
        if phrase not in offered:
            near = get_close_matches(phrase, offered, n=1, cutoff=0.5)
            hint = f"did you mean '{near[0]}'?" if near else "the phrases are those in _(...) in templates/site"
            raise BuildError(f"groundwire.toml: site.look.'{WORD}{phrase}': no page says this ({hint})")


def minified(css: str) -> str:
    """A style sheet without comments and the white space that means nothing."""
    css = re.sub(r"\s+", " ", _COMMENT.sub("", css))
    return re.sub(r"\s*([{};,>])\s*|(:) (?=[^{}]*[;}])", r"\1\2", css).replace(";}", "}").strip()
