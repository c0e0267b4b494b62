"""`groundwire init`: the files a new publication starts with."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

from groundwire.config import CONFIG_NAME
from groundwire.errors import ConfigError
from groundwire.settings_file import replace_text

ENDPOINTS = {"openai": "https://api.openai.com/v1", "ollama": "http://localhost:11434/v1"}
KEYS = {"openai": "OPENAI_API_KEY", "ollama": "OLLAMA_API_KEY"}
"""A key of its own for each, so that the key of a hosted model is never sent to another endpoint."""

OTHER_KEY = "LLM_API_KEY"
PATIENCE_SECONDS = 600
"""What a model on one's own machine may take for an answer; a hosted one has the default."""

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

MODEL = """base_url = {base_url}
# model = "NAME"                   # without it no model is called
{key}# the name of the variable; the key itself never stands in a file
{patience}
[llm.budget]                       # an article that does not fit what is left is not started; see `groundwire costs`
day_tokens = 1000000
month_tokens = 10000000
# day_money = 5.0                  # needs the model's price: [llm.prices."NAME"] with input and output, per million tokens"""

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
    replace_text(directory / CONFIG_NAME, CONFIGURATION.format(title=json.dumps(title, ensure_ascii=False), llm=_model(llm, base_url)))
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


def _model(llm: str | None, base_url: str | None) -> str:
    if base_url is None:
        return NO_MODEL
    patience = (
        "" if llm == "openai" else f"timeout_seconds = {PATIENCE_SECONDS}              # for one request; a model at home may be slow\n"
    )
    key = f'api_key_env = "{KEYS.get(llm or "", OTHER_KEY)}"'
    return MODEL.format(base_url=json.dumps(base_url), key=f"{key:<35}", patience=patience)


def _next(directory: Path, base_url: str | None) -> list[str]:
    go = [] if directory.resolve() == Path.cwd() else [f"  cd {shlex.quote(str(directory))}"]
    model = ["  groundwire config set llm.model NAME   # a model that your endpoint serves"] if base_url else []
    steps = [
        "  groundwire add YOUR-SITE               # a feed, or a site whose feed is looked for",
        *(["  groundwire doctor --online             # one small question to the model"] if base_url else []),
        "  groundwire run",
        "  groundwire status",
    ]
    return [f"made a publication in {directory}; next:", *go, *model, *steps]
