"""Documentation is tested against the program."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from groundwire import config_reference
from groundwire.cli import main
from groundwire.settings_file import options
from groundwire.store.database import Database

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
GUIDES = "\n".join((ROOT / name).read_text("utf-8") for name in ("README.md", "docs/guide.md", "docs/operations.md"))


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in sorted(group.commands.items()):
        yield f"{before}{name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")


@pytest.mark.parametrize("name", [name for name, _ in commands(main)])
def test_every_command_is_in_the_guides(name: str) -> None:
    assert re.search(rf"\b{name}\b", GUIDES)


@pytest.mark.parametrize(("name", "command"), list(commands(main)))
def test_every_command_and_option_explains_itself(name: str, command: click.Command) -> None:
    assert command.help
    assert all(p.help for p in command.params if isinstance(p, click.Option))


def test_the_configuration_reference_is_current() -> None:
    assert config_reference.DOCUMENT.read_text("utf-8") == config_reference.text(), "run: python -m groundwire.config_reference"


@pytest.mark.parametrize("key", [option.key for option in options()])
def test_every_setting_is_in_the_reference(key: str) -> None:
    assert f"`{key}`" in config_reference.DOCUMENT.read_text("utf-8")


def test_every_table_is_in_the_data_model(db: Database) -> None:
    text = (ROOT / "docs" / "data-model.md").read_text("utf-8")
    tables = [row["name"] for row in db.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    own = [name for name in tables if not re.search(r"^sqlite_|_fts_", name)]
    assert [name for name in own if f"`{name}`" not in text] == []


def test_the_data_model_names_no_table_that_is_not_there(db: Database) -> None:
    named = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "data-model.md").read_text("utf-8"), re.MULTILINE)
    assert set(named) <= {row["name"] for row in db.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}


def calls() -> Iterator[tuple[str, str]]:
    """Every call of `groundwire` in the documents: in consoles, in `code`, and in the workflow."""
    for path in DOCUMENTS:
        text = path.read_text("utf-8")
        found = re.findall(r"(?:^\$ (?:.*&& )?|run: |`)(groundwire(?: [^`\n|&]+)?)", text, re.MULTILINE)
        yield from ((path.name, call.strip()) for call in found)


@pytest.mark.parametrize(("document", "call"), sorted(set(calls())))
def test_calls_in_the_documents_exist(document: str, call: str) -> None:
    group: click.Command = main
    words = [word for word in shlex.split(call)[1:] if word not in ("...", "-C", "DIR", "COMMAND", "-v")]
    for i, word in enumerate(words):
        if not isinstance(group, click.Group) or word not in group.commands:
            assert not isinstance(group, click.Group) or group.invoke_without_command or not words[i:] or word.startswith("-"), (
                f"{call}: no command '{word}'"
            )
            options_known = {name for p in group.params for name in p.opts} | {"--help", "--version"}
            assert [w for w in words[i:] if w.startswith("-") and w not in options_known] == []
            return
        group = group.commands[word]


def test_links_inside_the_project_lead_somewhere() -> None:
    for path in DOCUMENTS:
        for target in re.findall(r"\]\((?!http)([^)#]+)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_run_is_short_and_needs_the_standard_library_alone() -> None:
    text = (ROOT / "run").read_text("utf-8")
    assert len(text.splitlines()) <= 80
    assert set(re.findall(r"^(?:import|from) (\w+)", text, re.MULTILINE)) <= {"hashlib", "importlib", "os", "subprocess", "sys", "pathlib"}
