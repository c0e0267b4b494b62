from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from calling import call
from publish_sample import fill, sample

from groundwire import doctor
from groundwire.clock import Clock
from groundwire.records import ArticleStatus, Failure, FeedState, StageReport, short_id
from groundwire.store import failures, feeds, runs
from groundwire.store.database import Database, open_database

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
FEED = "https://gridnews.example/feed.xml"


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Database]:
    with closing(open_database(tmp_path / "groundwire.db")) as db:
        yield db


def test_looking_makes_no_database(tmp_path: Path) -> None:
    for arguments in (("status",), ("status", "--json"), ("doctor",), ("feeds",), ("explain", "--all"), ("run", "--dry-run")):
        assert call(tmp_path, *arguments).exit_code == 0
    assert list(tmp_path.iterdir()) == []


def test_status_of_an_empty_publication_says_what_to_do(tmp_path: Path) -> None:
    told = call(tmp_path, "status").stdout
    assert "`groundwire run` makes the first one" in told
    assert "`groundwire add YOUR-SITE`" in told


def test_status_says_when_each_stage_worked_and_what_waits_and_why(tmp_path: Path, stored: Database) -> None:
    fill(stored, replace(sample(), status=ArticleStatus.HELD, reasons=("two accounts differ",)))
    run = runs.start(stored, "run", NOW, fixed_clock=True)
    runs.finish(stored, run, NOW, 0, [StageReport("poll"), StageReport("publish")])
    later = runs.start(stored, "poll", NOW.replace(hour=7), fixed_clock=True)
    runs.finish(stored, later, NOW.replace(hour=7), 0, [StageReport("poll")])
    found = json.loads(call(tmp_path, "status", "--json").stdout)
    assert found["stages"] == {"poll": "2026-11-20T07:00:00Z", "publish": "2026-11-20T06:00:00Z"}
    assert found["last_run"] == {"command": "poll", "started": "2026-11-20T07:00:00Z", "ended": "2026-11-20T07:00:00Z", "exit_code": 0}
    assert [(w["slug"], w["status"], w["reasons"]) for w in found["waiting"]] == [(sample().slug, "held", ["two accounts differ"])]
    assert [line.strip() for line in call(tmp_path, "status").stdout.splitlines() if "two accounts differ" in line] == [
        "two accounts differ"
    ]


def test_status_says_why_nothing_was_written(tmp_path: Path, stored: Database) -> None:
    row = {
        "stories": "[]",
        "records": "[]",
        "signals": "[]",
        "layers": "[]",
        "independent": 1,
        "as_of": "2026-11-20T06:00:00Z",
        "rule": "r",
    }
    with stored.transaction():
        for rank, ready in ((1, 1), (2, 0)):
            stored.insert("themes", {"id": f"t{rank}", "rank": rank, "ready": ready, "reason": f"reason {rank}", **row})
    found = json.loads(call(tmp_path, "status", "--json").stdout)
    assert (found["themes_ready"], [u["reason"] for u in found["not_written"]]) == (1, ["reason 2"])


def test_status_counts_feeds_and_shows_what_fails_and_since_when(tmp_path: Path, stored: Database) -> None:
    with stored.transaction():
        feed = feeds.add(stored, FEED, NOW)
        assert feed
        feeds.store_polling(
            stored, feed, {"state": FeedState.FAILED.value, "reason": "no answer", "next_poll": "2026-11-20T09:00:00Z", "last_polled": "x"}
        )
        failures.note(stored, Failure("feed", FEED, "no answer"), NOW)
    found = json.loads(call(tmp_path, "status", "--json").stdout)
    assert (found["feeds"], found["feeds_due"], found["next_poll"]) == ({"failed": 1}, 0, "2026-11-20T09:00:00Z")
    assert found["failing"] == [{"kind": "feed", "subject": FEED, "reason": "no answer", "since": "2026-11-20T06:00:00Z", "times": 1}]
    assert "no feed works" in "".join(found["alarms"])
    assert f"feed {FEED}: no answer (since 2026-11-20 06:00, once)" in call(tmp_path, "status").stdout


def test_a_gate_that_refuses_everything_is_an_alarm(tmp_path: Path, stored: Database) -> None:
    refused = [
        replace(sample(), id=short_id("a", str(n)), slug=f"refused-{n}", status=ArticleStatus.REJECTED, reasons=("no evidence",))
        for n in range(3)
    ]
    fill(stored, *refused)
    found = json.loads(call(tmp_path, "status", "--json").stdout)
    assert "refused 3 articles in a row" in "".join(found["alarms"])


def test_status_shows_times_in_the_zone_of_the_publication(tmp_path: Path, stored: Database) -> None:
    runs.start(stored, "run", NOW, fixed_clock=True)
    assert "2026-11-20 15:00 JST" in call(tmp_path, "status", GROUNDWIRE_SITE_TIMEZONE="Asia/Tokyo").stdout


def test_status_sends_no_control_character_to_a_terminal(tmp_path: Path, stored: Database) -> None:
    with stored.transaction():
        failures.note(stored, Failure("feed", FEED, "bad\x1b[31m\nline"), NOW)
    told = call(tmp_path, "status").stdout
    assert "\x1b" not in told
    assert "bad\\x1b[31m\\nline" in told


def outcomes(root: Path, **environ: str) -> dict[str, str]:
    return {c["name"]: c["outcome"] for c in json.loads(call(root, "doctor", "--json", **environ).stdout)}


def test_doctor_finds_a_sound_publication_sound(tmp_path: Path, stored: Database) -> None:
    (tmp_path / "groundwire.toml").write_text(
        '[site]\nurl = "https://news.example/"\n[fetch]\ncontact_url = "https://news.example/about/"\n'
    )
    with stored.transaction():
        feeds.add(stored, FEED, NOW)
    none = {"HTTPS_PROXY": "", "https_proxy": "", "HTTP_PROXY": "", "http_proxy": ""}
    assert set(outcomes(tmp_path, **none).values()) == {"ok"}


def test_doctor_names_what_is_wrong_and_exits_with_1(tmp_path: Path) -> None:
    (tmp_path / "groundwire.toml").write_text("[site]\nurll = 1\n[desk]\nport = 99999\n")
    checked = call(tmp_path, "doctor")
    assert checked.exit_code == 1
    assert [line for line in checked.stdout.splitlines() if line.startswith("fail  configuration")][1:]


def test_doctor_finds_a_lens_that_is_not_there_and_outlets_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "groundwire.toml").write_text('[write]\nlens = "nowhere"\n')
    (tmp_path / "outlets.toml").write_text('["Grid News"]\nkind = "blog"\n')
    found = outcomes(tmp_path)
    assert (found["lens"], found["outlets"]) == ("fail", "fail")


def test_doctor_online_asks_the_hosts_and_says_who_does_not_answer(tmp_path: Path, stored: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    (tmp_path / "groundwire.toml").write_text(
        f'[fetch]\nallow_loopback = true\nports = [80, {port}]\n[llm]\nbase_url = "http://127.0.0.1:{port}/v1"\nmodel = "m"\n'
    )
    with stored.transaction():
        feeds.add(stored, f"http://127.0.0.1:{port}/feed.xml", NOW)
    checked = call(tmp_path, "doctor", "--online", HTTPS_PROXY="", https_proxy="", HTTP_PROXY="", http_proxy="")
    assert checked.exit_code == 1
    failed = [line.split()[1] for line in checked.stdout.splitlines() if line.startswith("fail")]
    assert failed == ["endpoint", "host"]


def test_doctor_finds_a_damaged_database(tmp_path: Path, stored: Database) -> None:
    stored.execute("PRAGMA foreign_keys=OFF")
    with stored.transaction():
        stored.insert("citations", {"sentence_id": "nowhere", "n": 1, "target": "passage"})
    assert outcomes(tmp_path)["database"] == "fail"


def test_doctor_finds_what_is_no_database_and_what_a_newer_program_wrote(tmp_path: Path) -> None:
    (tmp_path / "groundwire.db").write_bytes(b"not a database, by far not" * 100)
    assert outcomes(tmp_path)["database"] == "fail"
    assert call(tmp_path, "status").exit_code == 2


def test_a_database_of_a_newer_program_is_refused(tmp_path: Path, stored: Database) -> None:
    with stored.transaction():
        stored.insert("_sqlite_migrations", {"migration_set": "groundwire", "name": "9999-later", "applied_at": "x"})
    for arguments in (("status",), ("run",)):
        refused = call(tmp_path, *arguments)
        assert refused.exit_code == 2
        assert "was written by a newer Groundwire (9999-later)" in refused.stderr


def test_doctor_warns_of_a_key_that_is_missing_and_of_a_proxy(tmp_path: Path) -> None:
    (tmp_path / "groundwire.toml").write_text('[llm]\nbase_url = "https://api.example/v1"\nmodel = "m"\napi_key_env = "NO_SUCH_KEY"\n')
    found = outcomes(tmp_path, HTTPS_PROXY="http://proxy.example:3128")
    assert (found["model"], found["proxy"]) == ("warn", "fail")
    assert outcomes(tmp_path, NO_SUCH_KEY="sk-secret")["model"] == "ok"
    assert "sk-secret" not in call(tmp_path, "doctor", NO_SUCH_KEY="sk-secret").stdout


def test_doctor_warns_of_a_clock_before_the_last_run(tmp_path: Path, stored: Database) -> None:
    runs.start(stored, "run", NOW.replace(year=2027), fixed_clock=True)
    checks = {c.name: c.outcome for c in doctor.examine(tmp_path, Clock(NOW), online=False)}
    assert checks["clock"] == "warn"
