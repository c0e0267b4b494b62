"""The first run with a model: the lines of the README, pasted; doctor, costs and status on the command line."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import newsrooms
import pytest
from author_sample import plain
from calling import call
from model_server import ModelServer, Reply, model_server

from groundwire.store.database import open_database
from groundwire.wire import Served, Wire, serve

NOW = "2026-11-05T18:00:00+00:00"
OLLAMA = {
    "/v1/models": {"object": "list", "data": [{"id": "small", "object": "model", "owned_by": "library"}]},
    "/api/version": {"version": "0.12.3"},
    "/api/show": {"model_info": {"general.architecture": "llama", "llama.context_length": 8192}, "parameters": "temperature 0.7"},
    "/api/ps": {"models": [{"name": "small:latest", "context_length": 8192}]},
}


def small(request: dict[str, Any]) -> Reply:
    """A small model that keeps to what it is asked: facts from pages, sentences from facts, a planet."""
    if any("planet" in message["content"] for message in request["messages"]):
        return Reply('{"planet": "Earth", "letters": 5}')
    return plain(request)


def like_ollama(request: dict[str, Any]) -> Reply:
    """No json_schema; a prompt beyond 8,192 tokens is cut, and nobody is told but by the count: odd, for a power of two is a sign of that."""
    if (request.get("response_format") or {}).get("type") == "json_schema":
        return Reply(
            status=400, raw=b'{"error": {"message": "json: cannot unmarshal object into response_format", "type": "invalid_request_error"}}'
        )
    tokens = sum(len(m["content"]) for m in request["messages"]) // 4
    return Reply('{"facts": []}', read_tokens=8192) if tokens > 8192 else replace(small(request), read_tokens=tokens | 1)


def hosted(request: dict[str, Any]) -> Reply:
    return small(request)


def lines(title: str) -> list[str]:
    """The console lines of the README that follow a sentence."""
    block = (newsrooms.ROOT / "README.md").read_text("utf-8").partition(title)[2].partition("```console\n")[2].partition("```")[0]
    return [line.removeprefix("$ ") for line in block.splitlines()]


@pytest.fixture(scope="module")
def wire() -> Iterator[Served]:
    with serve(Wire.load(newsrooms.WIRE), at=datetime.fromisoformat(NOW)) as served:
        yield served


def pasted(script: list[str], wire: Served, server: ModelServer, root: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """The lines in a shell, with the placeholders filled in and the sample wire for the network."""
    programs = root / "bin"
    programs.mkdir(parents=True)
    for name, text in (("groundwire", f'exec {shlex.quote(sys.executable)} -m groundwire "$@"'), ("ollama", "exit 0")):
        (programs / name).write_text(f"#!/bin/sh\n{text}\n")
        (programs / name).chmod(0o755)
    (root / "here").mkdir()
    feeds = re.findall(r'xmlUrl="([^"]+)"', wire.wire.opml())
    text = (
        "\n".join(script)
        .replace("NAME", "small")
        .replace("YOUR-SITE", feeds[0])
        .replace("ANOTHER-SITE", " ".join(feeds[1:]))
        .replace("=...", "=sk-pasted-0123456789")
    )
    hosts = "{ " + ", ".join(f"{json.dumps(k)} = {json.dumps(v)}" for k, v in wire.hosts.items()) + " }"
    environment = newsrooms.environment(
        PATH=f"{programs}:{os.environ['PATH']}",
        GROUNDWIRE_NOW=NOW,
        GROUNDWIRE_LLM_BASE_URL=server.base_url,
        GROUNDWIRE_FETCH_ALLOW_LOOPBACK="true",
        GROUNDWIRE_FETCH_HOST_DELAY_SECONDS="0",
        GROUNDWIRE_FETCH_HOSTS=hosts,
        **more,
    )
    return subprocess.run(["sh", "-c", text], cwd=root / "here", env=environment, capture_output=True, text=True, timeout=300)


def test_the_five_lines_for_ollama_end_with_an_article(wire: Served, tmp_path: Path) -> None:
    script = lines("Ollama on this machine")
    assert len(script) == 5
    with model_server(like_ollama, OLLAMA) as server:
        done = pasted(script, wire, server, tmp_path)
        rungs = {(r.get("response_format") or {}).get("type") for r in server.requests[1:]}
    assert "Traceback" not in done.stderr, done.stderr
    told = {line.split()[1]: line for line in done.stdout.splitlines() if re.match(r"(ok|warn|fail) ", line)}
    assert "json_object with schema" in told["endpoint"]
    assert "8,192 tokens" in told["context"] and "price unknown" in told["price"]
    assert "tokens" in told["article"] and "groundwire run" in told["next"]
    assert rungs == {"json_object"}, "the rung that doctor found is remembered"
    db = open_database(tmp_path / "news" / "groundwire.db")
    written = [(r["writer"], r["status"]) for r in db.rows("SELECT writer, status FROM articles ORDER BY id")]
    failed = db.rows("SELECT error FROM calls WHERE state = 'failed'")
    answered = db.rows("SELECT count(*) AS n FROM calls WHERE state = 'answered' AND role IN ('extract', 'write')")[0]["n"]
    db.close()
    assert not failed, [r["error"] for r in failed]
    assert answered >= 2
    assert any(writer == "author (small)" for writer, _ in written), written
    assert (tmp_path / "news" / "output" / "site" / "index.html").exists()


def test_the_five_lines_for_a_hosted_model_end_with_an_article(wire: Served, tmp_path: Path) -> None:
    script = lines("A hosted one")
    assert len(script) == 5
    with model_server(hosted) as server:
        done = pasted(script, wire, server, tmp_path)
        assert set(server.authorizations) == {"Bearer sk-pasted-0123456789"}
    assert "Traceback" not in done.stderr, done.stderr
    assert "json_schema" in done.stdout
    kept = b"".join(p.read_bytes() for p in (tmp_path / "news").rglob("*") if p.is_file())
    assert b"sk-pasted" not in kept and "sk-pasted" not in done.stdout + done.stderr
    shown = call(tmp_path / "news", "costs").stdout
    assert re.search(r"^by article .*\n  \S+ +\d+ ", shown, re.MULTILINE), shown
    assert re.search(r"^  llm.budget.day_tokens +\d", shown, re.MULTILINE)
    found = json.loads(call(tmp_path / "news", "costs", "--json").stdout)
    assert {r["name"] for r in found["roles"]} == {"check", "doctor", "extract", "write"}
    assert [r["name"] for r in found["days"]] == ["2026-11-05"]
    assert found["total"]["calls"] == sum(r["calls"] for r in found["articles"]) == sum(r["calls"] for r in found["models"])
    assert found["total"]["money"] is None and "price unknown" in shown


def test_a_key_without_a_model_spends_nothing(tmp_path: Path) -> None:
    with model_server(small) as server:
        call(tmp_path, "init", "--llm", server.base_url)
        for command in (("run",), ("doctor", "--online"), ("write",)):
            call(tmp_path, *command, LLM_API_KEY="sk-0123456789", OPENAI_API_KEY="sk-0123456789")
        assert not server.requests and not server.looked_up


@pytest.mark.parametrize(
    ("llm", "key"), [("openai", "OPENAI_API_KEY"), ("ollama", "OLLAMA_API_KEY"), ("http://h.example/v1", "LLM_API_KEY")]
)
def test_init_sets_a_first_budget_and_a_variable_for_the_key(tmp_path: Path, llm: str, key: str) -> None:
    made = call(tmp_path, "init", "--llm", llm)
    assert [line.split()[1] for line in made.stdout.splitlines() if line.startswith("  groundwire")] == [
        "config",
        "add",
        "doctor",
        "run",
        "status",
    ]
    assert call(tmp_path, "config", "get", "llm.api_key_env").stdout.strip() == key
    assert int(call(tmp_path, "config", "get", "llm.budget.day_tokens").stdout) > 0
    assert call(tmp_path, "config", "set", "llm.model", "m").exit_code == 0
    assert call(tmp_path, "config", "get", "llm.model").stdout == "m\n"


def test_what_is_configured_wrongly_stops_the_run_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "groundwire.toml").write_text('[llm]\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "m"\n[llm.budget]\nday_money = 5\n')
    refused = call(tmp_path, "run")
    assert refused.exit_code == 2
    assert '[llm.prices."m"]' in refused.stderr
    (tmp_path / "groundwire.toml").write_text('[llm]\nmodel = "m"\n')
    refused = call(tmp_path, "run")
    assert refused.exit_code == 2 and "llm.base_url" in refused.stderr
    (tmp_path / "groundwire.toml").write_text('[llm]\nmodel = "m"\nbase_url = "https://user:secret@h.example/v1"\n')
    assert call(tmp_path, "run").exit_code == 2


def doctor(root: Path, server: ModelServer | None = None, more: str = "", **environ: str) -> dict[str, str]:
    base_url = server.base_url if server else "http://127.0.0.1:9/v1"
    (root / "groundwire.toml").write_text(f'[llm]\nbase_url = "{base_url}"\nmodel = "m"\n{more}')
    none = {"HTTPS_PROXY": "", "https_proxy": "", "HTTP_PROXY": "", "http_proxy": ""}
    found = json.loads(call(root, "doctor", "--online", "--json", **none, **environ).stdout)
    return {c["name"]: f"{c['outcome']}: {c['found']}" for c in found}


def test_doctor_says_what_an_article_costs_and_whether_the_budget_carries_it(tmp_path: Path) -> None:
    more = "[llm.prices.m]\ninput = 1\noutput = 4\n[llm.budget]\nday_money = 0.01\nrun_tokens = 90000000\n"
    with model_server(small) as server:
        found = doctor(tmp_path, server, more)
    assert found["price"] == "ok: m: 1 in, 4 out, for a million tokens"
    assert re.fullmatch(r"ok: about [\d,]+ tokens, at most [\d,]+; about 0\.\d+, at most [\d.]+", found["article"])
    assert found["budget"].startswith("warn: llm.budget.day_money") and "is not started" in found["budget"]
    assert found["context"].startswith("warn: 16,000 tokens assumed")
    assert found["next"].startswith("ok: `groundwire add")


def test_doctor_says_why_the_model_does_not_answer(tmp_path: Path) -> None:
    assert doctor(tmp_path)["endpoint"].startswith("fail: unreachable")
    with model_server(lambda r: Reply(status=401, raw=b'{"error": {"message": "bad key sk-0123456789"}}')) as server:
        found = doctor(tmp_path, server, OPENAI_API_KEY="sk-0123456789")["endpoint"]
        assert found.startswith("fail: http 401") and "OPENAI_API_KEY" in found and "sk-0123456789" not in found
    with model_server(lambda r: Reply("I would rather not.")) as server:
        assert doctor(tmp_path, server)["endpoint"].startswith("fail: schema")
    with model_server(small) as server:
        assert doctor(tmp_path, server, "[llm.budget]\nday_tokens = 10\n")["endpoint"].startswith("warn: budget")
        assert not server.requests


def test_status_says_what_was_left_and_why(wire: Served, tmp_path: Path) -> None:
    with model_server(small) as server:
        more = f'[llm]\nbase_url = "{server.base_url}"\nmodel = "m"\non_failure = "none"\n[llm.budget]\nday_tokens = 10\n'
        newsrooms.make(tmp_path, wire.hosts, wire.wire.opml(), more)
        ran = call(tmp_path, "-v", "run", now=NOW)
        assert not server.requests
    assert "llm.budget.day_tokens: 10 of 10 left; it may take" in ran.stderr
    shown = call(tmp_path, "status", now=NOW).stdout
    assert re.search(r"^left +not written \(budget: llm.budget.day_tokens", shown, re.MULTILINE), shown
    assert not [f for f in json.loads(call(tmp_path, "status", "--json", now=NOW).stdout)["failing"] if f["kind"] == "model"]
