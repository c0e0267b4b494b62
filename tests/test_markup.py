"""Templates compiled for speed say what Jinja says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

from groundwire.errors import BuildError
from groundwire.markup import Pages, render

MACROS = """
{% macro bold(x) -%}<b>{{ x }}</b>{%- endmacro %}
{% macro pair(one, two="none & <two>") -%}<i id="{{ one.name }}">{{ bold(one.name) }}, {{ two }}</i>{%- endmacro %}
{% macro each(items) -%}{% for x in items %}{{ loop.index }}{{ bold(x) }}{% if not loop.last %}; {% endif %}{% endfor %}{%- endmacro %}
{% macro down(n) -%}{{ n }}{% if n %}{{ down(n - 1) }}{% endif %}{%- endmacro %}
{% macro frame(title) -%}<p title="{{ title }}">{{ caller() }}</p>{%- endmacro %}
{% macro framed(x) -%}{% call frame("&" ~ x) %}{{ bold(x) }}{% endcall %}{%- endmacro %}
{% macro clash(title) -%}{% call frame("other") %}{{ title }}{% endcall %}{%- endmacro %}
{% macro rest() -%}{{ varargs|join(",") }}{{ kwargs.k }}{%- endmacro %}
{% macro said(kind) -%}{{ _("Fixed & <phrase>") }}{{ _(kind) }}{%- endmacro %}
{% macro stays(x) -%}{% set y = x %}{{ y }}{%- endmacro %}
"""

PAGES = (
    "{{ m.bold(v) }}{{ m.bold(safe) }}{{ m.bold(3) }}{{ v }}",
    "{{ m.pair(thing) }}{{ m.pair(two=v, one=thing) }}",
    "{% for x in items %}{{ m.each(items) }}{{ x }}{% endfor %}",
    "{{ m.down(3) }}",
    "{{ m.framed(v) }}{{ m.clash(v) }}",
    "{{ m.rest(1, v, k=v) }}",
    "{{ m.said(v) }}{{ _('Fixed & <phrase>') }}",
    "{% set y = 1 %}{{ m.stays(v) }}{{ y }}",
    "{% call m.frame(v) %}{{ v }}{% for x in items %}{{ m.bold(x) }}{% endfor %}{% endcall %}",
    "{% if v == m.bold(v) %}same{% else %}{{ m.bold(v)|upper }}{{ m.bold(v) ~ v }}{% endif %}",
    "{% macro here(x) %}{{ x }}{{ v }}{{ m.bold(x) }}{% endmacro %}{{ here(1) }}{% for v in items %}{{ here(v) }}{% endfor %}",
    "{% set kept %}{{ v }}{{ m.bold(v) }}{% endset %}{{ kept }}",
    "{{ table.key }}{{ table['key'] }}{{ table.items()|length }}{{ thing.name }}",
    "{{ table.missing is defined }}{{ v|default('x') }}{% if nothing is defined %}no{% endif %}",
    "{% autoescape false %}{{ v }}{{ m.bold(v) }}{% endautoescape %}{{ v }}",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thing:
    name: str


VALUES: Mapping[str, Any] = {
    "v": "<a href='x'>\"&",
    "safe": Markup("<hr/>"),
    "items": ["<1>", "&2"],
    "thing": Thing("<n>"),
    "table": {"key": "<k>"},
}


def _pages(folder: Path, page: str) -> Pages:
    (folder / "macros.html").write_text(MACROS)
    (folder / "page.html").write_text("{% import 'macros.html' as m %}" + page)
    pages = Pages([folder])
    pages.globals["_"] = lambda text: {"Fixed & <phrase>": "In <other> words"}.get(text, text)
    return pages


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_what_jinja_makes_of_it(tmp_path: Path, page: str) -> None:
    pages = _pages(tmp_path, page)
    as_it_comes = pages.as_it_comes.get_template("page.html").render(VALUES)
    assert render(pages, "page.html", VALUES) == as_it_comes
    assert as_it_comes.strip()


@pytest.mark.parametrize(
    "page", ["{{ nothing }}", "{{ thing.nothing }}", "{{ m.nothing(v) }}", "{{ table.nothing.more }}", "{{ m.pair() }}"]
)
def test_what_there_is_not_is_named_with_the_template(tmp_path: Path, page: str) -> None:
    with pytest.raises(BuildError, match=r"page\.html"):
        render(_pages(tmp_path, page), "page.html", VALUES)


def test_a_call_of_a_macro_is_gone_where_it_means_the_same(tmp_path: Path) -> None:
    pages = _pages(tmp_path, "{{ m.each(items) }}{{ m.pair(thing) }}{{ m.framed(v) }}")
    source = pages.compile((tmp_path / "page.html").read_text(), "page.html", raw=True)
    assert "context.call" not in source


def test_blocks_of_a_page_that_extends_another_are_filled(tmp_path: Path) -> None:
    pages = _pages(tmp_path, "")
    (tmp_path / "base.html").write_text("<{% block a %}base {{ v }}{% endblock %}>{% block b %}{{ v }}{% endblock %}")
    (tmp_path / "page.html").write_text(
        "{% extends 'base.html' %}{% import 'macros.html' as m %}{% block a %}{{ super() }}{{ m.each(items) }}{% endblock %}"
    )
    assert render(pages, "page.html", VALUES) == pages.as_it_comes.get_template("page.html").render(VALUES)


def test_an_attack_in_every_place_is_escaped_once(tmp_path: Path) -> None:
    attack = "<script>&amp;'\""
    pages = _pages(tmp_path, "{{ v }}{{ m.bold(v) }}{{ m.framed(v) }}{{ m.each([v]) }}{{ m.said(v) }}{{ m.pair(thing, v) }}")
    text = render(pages, "page.html", {"v": attack, "thing": Thing(attack)})
    assert "<script>" not in text
    assert text.count("&lt;script&gt;&amp;amp;&#39;&#34;") == 9
