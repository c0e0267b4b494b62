from __future__ import annotations

from pathlib import Path

import pytest

from groundwire import settings_file
from groundwire.config import Gate, Settings
from groundwire.errors import ConfigError


def write(root: Path, text: str) -> None:
    (root / "groundwire.toml").write_text(text, encoding="utf-8")


def refusal(root: Path, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        settings_file.load(root, environ or {})
    return str(caught.value)


def test_a_directory_without_a_file_is_a_publication_of_defaults(tmp_path: Path) -> None:
    assert settings_file.load(tmp_path, {}).settings == Settings()


def test_the_file_goes_before_the_defaults_and_the_environment_before_the_file(tmp_path: Path) -> None:
    write(tmp_path, '[site]\ntitle = "File"\nlanguage = "de"\n')
    settings = settings_file.load(tmp_path, {"GROUNDWIRE_SITE_TITLE": "Variable", "GROUNDWIRE_FETCH_PORTS": "80, 8000"}).settings
    assert (settings.site.title, settings.site.language, settings.fetch.ports) == ("Variable", "de", (80, 8000))


def test_an_unknown_key_names_file_key_and_nearest_match(tmp_path: Path) -> None:
    write(tmp_path, '[llm]\nmodle = "x"\n')
    assert refusal(tmp_path) == "groundwire.toml: llm.modle: no such option (did you mean 'llm.model'?)"


def test_an_unknown_variable_of_a_known_section_is_refused_and_a_foreign_one_is_not(tmp_path: Path) -> None:
    assert refusal(tmp_path, {"GROUNDWIRE_LLM_MODLE": "x"}).startswith("environment: GROUNDWIRE_LLM_MODLE: no such option (did you mean")
    settings_file.load(tmp_path, {"GROUNDWIRE_CORPUS": "/x", "GROUNDWIRE_NOW": "x", "OTHER": "x"})


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        '[desk]\nport = "x"\n[fetch]\npages_per_run = -1\n[gate]\npolcy = "review"\n[site]\ntimezone = "Mars/Base"\nurl = "ftp://x/"\n',
    )
    lines = refusal(tmp_path, {"GROUNDWIRE_RUN_MAX_MINUTES": "soon"}).splitlines()
    assert [line.split(": ")[1] for line in sorted(lines)] == [
        "GROUNDWIRE_RUN_MAX_MINUTES",
        "desk.port",
        "fetch.pages_per_run",
        "gate.polcy",
        "site.timezone",
        "site.url",
    ]
    assert "groundwire.toml: desk.port: 'x': should be a valid integer" in "\n".join(lines)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("site.url", '"https://news.example/?a=1"'),
        ("site.url", '"news.example"'),
        ("site.language", '"english please"'),
        ("site.title", "3"),
        ("fetch.hosts", '{ "a.example" = "127.0.0.1" }'),
        ("llm.api_key_env", '"sk-not-a-name"'),
        ("llm.base_url", '"localhost:11434"'),
        ("write.writer", '"robot"'),
        ("write.max_records", "1"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(tmp_path: Path, key: str, value: str) -> None:
    section, name = key.split(".")
    write(tmp_path, f"[{section}]\n{name} = {value}\n")
    assert refusal(tmp_path).startswith(f"groundwire.toml: {section}")


def test_broken_toml_and_bytes_are_refused_with_the_file_named(tmp_path: Path) -> None:
    write(tmp_path, "[site\n")
    assert refusal(tmp_path).startswith("groundwire.toml: is not valid TOML: ")
    (tmp_path / "groundwire.toml").write_bytes(b'title = "\xff"')
    assert refusal(tmp_path) == "groundwire.toml: is not UTF-8 text; save it as UTF-8"


def test_the_site_address_ends_in_a_slash(tmp_path: Path) -> None:
    write(tmp_path, '[site]\nurl = "https://news.example/wire"\n')
    assert settings_file.load(tmp_path, {}).settings.site.url == "https://news.example/wire/"


def test_the_key_is_read_from_the_variable_that_is_named_and_never_shown(tmp_path: Path) -> None:
    write(tmp_path, '[llm]\napi_key_env = "WIRE_KEY"\n')
    publication = settings_file.load(tmp_path, {"WIRE_KEY": "sk-secret", "OPENAI_API_KEY": "sk-other"})
    assert publication.api_key is not None
    assert publication.api_key.get_secret_value() == "sk-secret"
    assert "sk-" not in f"{publication!r} {publication} {settings_file.listing(publication.settings)}"


def test_a_role_may_have_a_key_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, '[llm.roles.write]\napi_key_env = "WRITE_KEY"\n[llm.roles.check]\napi_key_env = "CHECK_KEY"\n')
    publication = settings_file.load(tmp_path, {"WRITE_KEY": "sk-write"})
    assert {role: key.get_secret_value() for role, key in publication.role_keys.items()} == {"write": "sk-write"}
    assert "sk-" not in f"{publication!r} {publication}"


def test_a_refused_secret_is_not_shown(tmp_path: Path) -> None:
    write(tmp_path, '[llm]\napi_key_env = "sk-secret"\n[desk]\npassword = 12345\n')
    assert "secret" not in refusal(tmp_path)
    assert "12345" not in refusal(tmp_path)


def test_a_proxy_in_the_environment_is_handed_on(tmp_path: Path) -> None:
    assert settings_file.load(tmp_path, {"https_proxy": "http://proxy.example:3128"}).environment_proxy == "http://proxy.example:3128"
    assert settings_file.load(tmp_path, {"HTTPS_PROXY": ""}).environment_proxy is None


def test_a_change_keeps_comments_and_what_else_is_there(tmp_path: Path) -> None:
    write(tmp_path, '# mine\n[site]\ntitle = "Old" # why\n')
    settings_file.change(tmp_path, "site.title", "New")
    settings_file.change(tmp_path, "llm.budget.day_tokens", "1000")
    settings_file.change(tmp_path, "gate.review_when", "form:thesis, thread:power")
    text = (tmp_path / "groundwire.toml").read_text(encoding="utf-8")
    settings = settings_file.load(tmp_path, {}).settings
    assert text.startswith('# mine\n[site]\ntitle = "New" # why\n')
    assert (settings.llm.budget.day_tokens, settings.gate.review_when) == (1000, ("form:thesis", "thread:power"))


def test_names_with_dots_are_one_name(tmp_path: Path) -> None:
    settings_file.change(tmp_path, "fetch.hosts.gridnews.example", "127.0.0.1:8123")
    settings_file.change(tmp_path, "llm.prices.small-4.1", "{ input = 1.5, output = 6 }")
    settings = settings_file.load(tmp_path, {}).settings
    assert settings.fetch.hosts == {"gridnews.example": "127.0.0.1:8123"}
    assert settings_file.value_of(settings, "llm.prices.small-4.1.output") == 6
    assert settings_file.listing(settings)["llm.prices.small-4.1.input"] == 1.5


def test_an_empty_value_takes_a_key_out(tmp_path: Path) -> None:
    settings_file.change(tmp_path, "llm.model", "small")
    settings_file.change(tmp_path, "llm.model", "")
    assert settings_file.load(tmp_path, {}).settings.llm.model is None


@pytest.mark.parametrize(
    ("key", "value"), [("llm.modle", "x"), ("fetch.pages_per_run", "many"), ("site", "x"), ("llm.prices.small.inpt", "1")]
)
def test_a_change_that_would_not_load_leaves_the_file(tmp_path: Path, key: str, value: str) -> None:
    write(tmp_path, "# mine\n")
    with pytest.raises(ConfigError):
        settings_file.change(tmp_path, key, value)
    assert (tmp_path / "groundwire.toml").read_text(encoding="utf-8") == "# mine\n"


def test_every_option_can_be_overridden_by_a_variable_of_its_own() -> None:
    variables = [option.variable for option in settings_file.options() if option.variable]
    assert len(variables) == len(set(variables))
    assert all(option.description for option in settings_file.options())


@pytest.mark.parametrize("rule", ["findng:hedge", "finding:", "hedge"])
def test_a_rule_of_review_that_names_nothing_is_refused(rule: str) -> None:
    with pytest.raises(ValueError, match="finding:CHECK"):
        Gate(policy="mixed", review_when=(rule,))


def test_a_calibration_has_two_numbers() -> None:
    with pytest.raises(ValueError, match="2 items"):
        Gate(calibration=(1.0,))
