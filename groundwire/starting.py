"""`groundwire init`: the files a new publication starts with."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

from groundwire.config import CONFIG_NAME
from groundwire.errors import ConfigError
from groundwire.settings_file import replace_text

ENDPOINTS = {"openai": "https://api.openai.com/v1", "ollama": "http://localhost:11434/v1"}

CONFIGURATION = """# The settings of this publication. Every key has a default; `groundwire config list` shows what is in force,
# docs/configuration.md says what each one does.

[site]
title = {title}
url = "http://localhost:8000/"     # where readers will find it; feeds and sitemap need it
# timezone = "Europe/Berlin"       # dates on pages, limits per day
# contact = "desk@news.example"    # for corrections; shown on pages
# responsible = "A name"           # who holds editorial responsibility

[fetch]
# contact_url = "https://news.example/about/"   # sent to publishers, so that they can reach you

[llm]
# Without a model the ledger writer writes: no key, no network, and the pages say so.
{llm}

[gate]
policy = "autonomous"              # "review": every article waits for `groundwire approve`
"""

NO_MODEL = """# base_url = "http://localhost:11434/v1"
# model = "NAME"
# api_key_env = "OPENAI_API_KEY"   # the name of the variable; the key itself never stands in a file"""

FEEDS = """<?xml version="1.0" encoding="utf-8"?>
<!-- Every run adds the feeds of this file that are new. A line is enough; `text` is the outlet's name on pages:
     <outline type="rss" text="Grid News" xmlUrl="https://gridnews.example/feed.xml"/> -->
<opml version="2.0">
  <head><title>Feeds</title></head>
  <body>
  </body>
</opml>
"""

IGNORED = """groundwire.db*
groundwire.lock*
output/*
"""


def begin(directory: Path, llm: str | None) -> list[str]:
    """Write the files of a new publication and say what to do next; raises ConfigError when there is one already."""
    if (directory / CONFIG_NAME).exists():
        raise ConfigError(f"'{directory / CONFIG_NAME}': there is a publication already; change it with `groundwire config set KEY VALUE`")
    base_url = _endpoint(llm)
    directory.mkdir(parents=True, exist_ok=True)
    title = directory.resolve().name.replace("-", " ").replace("_", " ").title() or "Groundwire"
    replace_text(directory / CONFIG_NAME, CONFIGURATION.format(title=json.dumps(title, ensure_ascii=False), llm=_model(base_url)))
    for name, text in (("feeds.opml", FEEDS), (".gitignore", IGNORED)):
        if not (directory / name).exists():
            replace_text(directory / name, text)
    return list(_next(directory, base_url))


def _endpoint(llm: str | None) -> str | None:
    if llm is None or llm in ENDPOINTS:
        return ENDPOINTS.get(llm or "")
    if not llm.startswith(("http://", "https://")):
        raise ConfigError(f"--llm '{llm}': is neither openai, ollama nor an http address, like http://localhost:8080/v1")
    return llm


def _model(base_url: str | None) -> str:
    if base_url is None:
        return NO_MODEL
    key = 'api_key_env = "OPENAI_API_KEY"   # the name of the variable; the key itself never stands in a file'
    return f'base_url = {json.dumps(base_url)}\n# model = "NAME"                 # without it no model is called\n{key}'


def _next(directory: Path, base_url: str | None) -> list[str]:
    go = [] if directory.resolve() == Path.cwd() else [f"  cd {shlex.quote(str(directory))}"]
    model = ["  groundwire config set llm.model NAME   # a model that your endpoint serves"] if base_url else []
    steps = [
        "  groundwire add YOUR-SITE               # a feed, or a site whose feed is looked for",
        "  groundwire run",
        "  groundwire status",
    ]
    return [f"made a publication in {directory}; next:", *go, *model, *steps]
