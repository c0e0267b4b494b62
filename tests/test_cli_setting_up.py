from __future__ import annotations

import json
import subprocess
import tomllib
from pathlib import Path

import pytest
from calling import call

from groundwire import cron
from groundwire.cli import main

OPML = '<opml version="2.0"><body><outline type="rss" text="Grid News" xmlUrl="https://gridnews.example/feed.xml"/></body></opml>'


def test_init_makes_a_publication_that_loads_and_names_the_next_commands(tmp_path: Path) -> None:
    made = call(tmp_path, "init", "my-news")
    assert made.exit_code == 0
    assert [line.split()[1] for line in made.stdout.splitlines() if line.startswith("  groundwire")] == ["add", "run", "status"]
    assert call(tmp_path / "my-news", "config", "get", "site.title").stdout == "My News\n"
    assert (tmp_path / "my-news" / "feeds.opml").exists()
    assert call(tmp_path / "my-news", "run").exit_code == 0


def test_init_leaves_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "groundwire.toml").write_text("# mine\n")
    refused = call(tmp_path, "init")
    assert refused.exit_code == 2
    assert (tmp_path / "groundwire.toml").read_text() == "# mine\n"


@pytest.mark.parametrize(
    ("llm", "base_url"), [("ollama", "http://localhost:11434/v1"), ("http://10.0.0.5:8080/v1", "http://10.0.0.5:8080/v1")]
)
def test_init_names_the_endpoint(tmp_path: Path, llm: str, base_url: str) -> None:
    call(tmp_path, "init", "--llm", llm)
    assert tomllib.loads((tmp_path / "groundwire.toml").read_text())["llm"]["base_url"] == base_url


def test_init_refuses_an_endpoint_that_is_none(tmp_path: Path) -> None:
    refused = call(tmp_path, "init", "--llm", "clippy")
    assert refused.exit_code == 2
    assert "--llm 'clippy'" in refused.stderr


def test_config_get_set_list(tmp_path: Path) -> None:
    assert call(tmp_path, "config", "set", "write.min_records", "3").exit_code == 0
    assert call(tmp_path, "config", "get", "write.min_records").stdout == "3\n"
    assert json.loads(call(tmp_path, "config", "list", "--json").stdout)["write.min_records"] == 3
    assert "write.min_records = 3" in call(tmp_path, "config", "list").stdout.splitlines()


def test_a_mistake_in_the_configuration_is_one_line_and_exit_2(tmp_path: Path) -> None:
    (tmp_path / "groundwire.toml").write_text('[llm]\nmodle = "x"\n')
    for arguments in (("run",), ("status",), ("config", "list")):
        refused = call(tmp_path, *arguments)
        assert refused.exit_code == 2
        assert refused.stdout == ""
        assert refused.stderr == "groundwire.toml: llm.modle: no such option (did you mean 'llm.model'?)\n"


def test_opml_in_and_out(tmp_path: Path) -> None:
    (tmp_path / "mine.opml").write_text(OPML)
    assert "added" in call(tmp_path, "import", str(tmp_path / "mine.opml"), "--dry-run").stdout
    assert json.loads(call(tmp_path, "feeds", "--json").stdout) == []
    assert call(tmp_path, "import", str(tmp_path / "mine.opml")).exit_code == 0
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "out.opml").write_text(call(tmp_path, "export").stdout)
    call(tmp_path / "again", "import", str(tmp_path / "again" / "out.opml"))
    listed = [json.loads(call(root, "feeds", "--json").stdout) for root in (tmp_path, tmp_path / "again")]
    assert [(f["url"], f["outlet"]) for f in listed[0]] == [("https://gridnews.example/feed.xml", "Grid News")]
    assert listed[0] == listed[1]


def test_feeds_are_turned_off_on_and_removed(tmp_path: Path) -> None:
    (tmp_path / "mine.opml").write_text(OPML)
    call(tmp_path, "import", str(tmp_path / "mine.opml"))
    states = []
    for to in ("off", "on", "remove"):
        assert call(tmp_path, "feeds", to, "https://gridnews.example/feed.xml").exit_code == 0
        states.append([f["state"] for f in json.loads(call(tmp_path, "feeds", "--json").stdout)])
    assert states == [["off"], ["ok"], []]
    gone = call(tmp_path, "feeds", "off", "https://gridnews.example/feed.xml")
    assert gone.exit_code == 2
    assert gone.stderr.startswith("feed 'https://gridnews.example/feed.xml': not in this publication")


def test_a_directory_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    refused = call(tmp_path / "nowhere", "status")
    assert refused.exit_code == 2
    assert "no such directory" in refused.stderr


def test_cron_quotes_paths_and_takes_1_and_75_as_done(tmp_path: Path) -> None:
    root = tmp_path / "50% of 'news'"
    root.mkdir()
    program = tmp_path / "groundwire"
    for code, ends in ((0, 0), (1, 0), (75, 0), (2, 2)):
        program.write_text(f'#!/bin/sh\n[ "$2" = "{root}" ] || exit 9\nexit {code}\n')
        program.chmod(0o755)
        line = cron.crontab_line((str(program),), root)
        assert line.startswith("17 * * * * ")
        assert "%" not in line.replace(r"\%", "")
        shell = line.removeprefix("17 * * * * ").replace(r"\%", "%")
        assert subprocess.run(["sh", "-c", shell], check=False).returncode == ends


def test_cron_prints_units_that_take_1_and_75_as_done(tmp_path: Path) -> None:
    printed = call(tmp_path, "cron").stdout
    assert "SuccessExitStatus=1 75" in printed
    assert f"-C {tmp_path} run" in printed


def test_commands_are_those_that_others_rely_on() -> None:
    wanted = (
        "init add import export feeds config run poll derive write build serve status doctor explain hold approve reject drafts cron demo"
    )
    assert set(main.commands) >= set(wanted.split())
