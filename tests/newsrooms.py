"""A publication in a directory, and the real command line working on it in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

ROOT = Path(__file__).resolve().parent.parent
WIRE = ROOT / "examples" / "wire"


def make(directory: Path, hosts: Mapping[str, str], opml: str, more: str = "") -> Path:
    """A publication that reads the hosts named from loopback, without a pause; `more` is added to its settings."""
    directory.mkdir(parents=True, exist_ok=True)
    named = "\n".join(f"{json.dumps(name)} = {json.dumps(place)}" for name, place in hosts.items())
    settings = f"[fetch]\nallow_loopback = true\nhost_delay_seconds = 0\n\n[fetch.hosts]\n{named}\n\n{more}"
    (directory / "groundwire.toml").write_text(settings, encoding="utf-8")
    (directory / "feeds.opml").write_text(opml, encoding="utf-8")
    return directory


def opml(urls: Mapping[str, str]) -> str:
    """A list of feeds by address, with the names of their outlets."""
    outlines = "\n".join(f"<outline type='rss' text={quoteattr(name)} xmlUrl={quoteattr(url)}/>" for url, name in urls.items())
    return f'<?xml version="1.0"?><opml version="2.0"><head/><body>{outlines}</body></opml>'


def command(directory: Path, *arguments: str, now: str | None = None) -> list[str]:
    return [sys.executable, "-m", "groundwire", "-C", str(directory), *(["--now", now] if now else []), *arguments]


def environment(**more: str) -> dict[str, str]:
    """The environment for a child: this one, without what would lead it elsewhere."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GROUNDWIRE_") and "proxy" not in k.lower()}
    return kept | {"PYTHONPATH": str(ROOT)} | more


def groundwire(directory: Path, *arguments: str, now: str | None = None, **options: Any) -> subprocess.CompletedProcess[str]:
    """One call of the command line, to its end."""
    options.setdefault("timeout", 300)
    return subprocess.run(command(directory, *arguments, now=now), capture_output=True, text=True, env=environment(), **options)
