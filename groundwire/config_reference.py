"""docs/configuration.md, generated from the settings: `python -m groundwire.config_reference` writes it."""

from __future__ import annotations

from pathlib import Path

from groundwire.config import Settings
from groundwire.settings_file import Option, options, shown

DOCUMENT = Path(__file__).parent.parent / "docs" / "configuration.md"

HEAD = """# Configuration

Generated from the settings by `python -m groundwire.config_reference`; a test holds that it is current.

Settings are read from `groundwire.toml` in the publication's directory. The variable in the last column goes before the
file; lists are given in it with commas, tables as TOML (`{ "gridnews.example" = "127.0.0.1:8123" }`). Without either the
default is in force, so a directory without a `groundwire.toml` is a publication too. An unknown key or a value of the
wrong kind stops the program with exit code 2 and a line for each mistake.

`groundwire config get KEY` prints what is in force, `groundwire config set KEY VALUE` changes the file and keeps its
comments, `groundwire config list` shows everything. The key of a model's endpoint never stands in a file: it is read from
the variable that `llm.api_key_env` names. `GROUNDWIRE_NOW` is the clock (see `--now`), `HTTPS_PROXY` and `HTTP_PROXY` are
only looked at: fetching refuses to go around a proxy that `fetch.proxy` does not name.
"""

TABLE = "| key | kind | default | what it does | variable |\n|---|---|---|---|---|"


def text() -> str:
    """The whole document."""
    parts = [HEAD]
    for name, field in Settings.model_fields.items():
        rows = [_row(option) for option in options() if option.key.startswith(f"{name}.")]
        parts.append("\n".join([f"## [{name}]", "", field.description or "", "", TABLE, *rows, ""]))
    return "\n".join(parts)


def _row(option: Option) -> str:
    default = f"`{shown(option.default)}`" if option.default not in (None, "") else ""
    variable = f"`{option.variable}`" if option.variable else ""
    return f"| `{option.key}` | {_cell(option.kind)} | {default} | {_cell(option.description)} | {variable} |"


def _cell(words: str) -> str:
    return words.replace("|", "\\|")


if __name__ == "__main__":
    DOCUMENT.write_text(text(), encoding="utf-8")
