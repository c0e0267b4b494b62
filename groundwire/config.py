"""The settings of a publication: declared, typed, checked; read from groundwire.toml and the environment.

Only this module reads the environment. Precedence: GROUNDWIRE_SECTION_KEY variables, then groundwire.toml, then
the defaults here (groundwire/settings_file.py loads them). The descriptions are the configuration reference in
docs/configuration.md.
"""

from __future__ import annotations

import os
import re
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

CONFIG_NAME = "groundwire.toml"


def environment() -> dict[str, str]:
    """The environment as it is now; every other module is given it."""
    return dict(os.environ)


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or any(c.isspace() for c in value):
        raise ValueError("should be an http or https address, like https://news.example/")
    return value


def _site_address(value: str) -> str:
    parts = urlsplit(_web_address(value))
    if parts.query or parts.fragment or parts.username:
        raise ValueError("should be a plain address without user, query or fragment, like https://news.example/wire/")
    return value if value.endswith("/") else value + "/"


def _endpoint(value: str) -> str:
    parts = urlsplit(_web_address(value))
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("should be a plain address without user, key or query, like http://localhost:11434/v1")
    if parts.port == 0:  # asking for the port raises ValueError where it is none
        raise ValueError("should have a port from 1 to 65535")
    return value


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError("should be an IANA time zone, like Europe/Berlin") from None
    return value


def _language(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", value):
        raise ValueError("should be a BCP 47 language tag, like en or en-GB")
    return value


def _host_target(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError('should be an address and a port, like "127.0.0.1:8123"')
    return value


def _variable_name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value):
        raise ValueError("should be the name of an environment variable, not the key itself")
    return value


def _mail_target(value: str) -> str:
    parts = urlsplit(value)
    query = parse_qs(parts.query.replace("+", "%2B"))
    try:
        usable = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or not all(query.get(key, [""])[0].count("@") == 1 for key in ("from", "to")):
        raise ValueError(
            "should be a mail server with both addresses, like smtp://user:password@mail.example:587/?from=a@x.example&to=b@x.example"
        )
    return value


COLOURS = ("paper", "panel", "ink", "muted", "rule", "link", "mark", "alarm", *(f"c{n}" for n in range(1, 9)))
"""The colours of the look; c1 to c8 are the layers, from the surface down."""


def _look(value: dict[str, str]) -> dict[str, str]:
    for name, text in value.items():
        if name.removeprefix("dark.") in COLOURS:
            if not re.fullmatch(r"#[0-9A-Fa-f]{6}", text):
                raise ValueError(f"{name} should be a colour like #0a4a94, not {text!r}")
        elif name == "logo":
            if not re.fullmatch(r"[A-Za-z0-9_-]+\.(svg|png|webp)", text):
                raise ValueError(f"logo should be the name of a picture in templates/site/static, like mark.svg, not {text!r}")
        elif name == "license":
            _web_address(text)
        elif name != "notice" and not (name.startswith("word.") and text):
            near = get_close_matches(name, ["notice", "logo", "license", *COLOURS], n=1)
            hint = (
                f"did you mean '{near[0]}'?"
                if near
                else f'it may hold notice, logo, license, {", ".join(COLOURS)}, "dark.NAME" and "word.PHRASE"'
            )
            raise ValueError(f"{name} is no part of the look ({hint})")
    return value


WebAddress = Annotated[str, AfterValidator(_web_address)]
SiteAddress = Annotated[str, AfterValidator(_site_address)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
EndpointAddress = Annotated[str, AfterValidator(_endpoint)]
Language = Annotated[str, AfterValidator(_language)]
HostTarget = Annotated[str, AfterValidator(_host_target)]
MailTarget = Annotated[str, AfterValidator(_mail_target)]
VariableName = Annotated[str, AfterValidator(_variable_name)]
LookTable = Annotated[dict[str, str], AfterValidator(_look)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


class Site(Part):
    title: str = Field(default="Groundwire", description="Name of the publication, as pages and feeds show it.")
    url: SiteAddress = Field(
        default="http://localhost:8000/",
        description="Address at which the site is published; feeds, sitemap and JSON-LD need it. May have a path.",
    )
    language: Language = Field(default="en", description="Language of the articles, as a BCP 47 tag.")
    timezone: TimeZone = Field(default="UTC", description="IANA time zone for the dates on pages and for the limits per day and month.")
    contact: str | None = Field(default=None, description="E-mail or web address for corrections; shown on pages.")
    responsible: str | None = Field(default=None, description="Person or organisation that holds editorial responsibility.")
    look: LookTable = Field(
        default_factory=dict,
        description='The look, by name: notice (stands on every page), logo (a file in templates/site/static), license (an address), paper, panel, ink, muted, rule, link, mark, alarm, c1 to c8 (colours as #rrggbb; "dark.NAME" for the dark scheme), "word.PHRASE" (other words for a phrase of the pages).',
    )
    reservation: Literal["none", "tdm"] = Field(default="none", description="Reserve text and data mining of the published pages (TDMRep).")
    llms_txt: bool = Field(default=False, description="Publish llms.txt.")


class Fetch(Part):
    contact_url: WebAddress | None = Field(
        default=None, description="Address that is sent in the User-Agent, so that a publisher can reach you."
    )
    allow_loopback: bool = Field(
        default=False, description="Allow connections to loopback addresses, on every port. For tests and the demo."
    )
    hosts: dict[str, HostTarget] = Field(
        default_factory=dict,
        description='Host names mapped to an address and port, like "gridnews.example" = "127.0.0.1:8123"; only the connection uses it.',
    )
    host_delay_seconds: float = Field(default=1.0, ge=0, le=60, description="Pause between two requests to one host.")
    pages_per_run: int = Field(default=300, ge=0, description="Most pages fetched in one run; the rest stays queued.")
    max_age_days: int = Field(default=7, ge=0, description="A first poll fetches pages only for entries of the last so many days.")
    ports: tuple[int, ...] = Field(default=(80, 443, 8080, 8443), description="Ports that may be connected to.")
    proxy: WebAddress | None = Field(
        default=None, description="Proxy for all fetching; it then resolves names, so the address check cannot see where a name leads."
    )


class Prices(Part):
    input: float = Field(ge=0, description="Price of a million input tokens.")
    output: float = Field(ge=0, description="Price of a million output tokens.")


class Role(Part):
    model: str | None = Field(default=None, description="Model for this role; llm.model when absent.")
    base_url: EndpointAddress | None = Field(default=None, description="Endpoint for this role; llm.base_url when absent.")
    api_key_env: VariableName | None = Field(
        default=None, description="Variable that holds this role's key; llm.api_key_env when absent, but never for another host's endpoint."
    )


class Roles(Part):
    extract: Role = Field(default_factory=Role, description="Reads pages into facts with verbatim quotes.")
    write: Role = Field(default_factory=Role, description="Writes sentences from facts.")
    check: Role = Field(default_factory=Role, description="Judges whether passages entail a sentence.")


class Budget(Part):
    run_tokens: int | None = Field(default=None, ge=0, description="Most tokens in one run.")
    run_money: float | None = Field(default=None, ge=0, description="Most money in one run.")
    day_tokens: int | None = Field(default=None, ge=0, description="Most tokens in one day of site.timezone.")
    day_money: float | None = Field(default=None, ge=0, description="Most money in one day.")
    month_tokens: int | None = Field(default=None, ge=0, description="Most tokens in one month.")
    month_money: float | None = Field(default=None, ge=0, description="Most money in one month.")


class Llm(Part):
    base_url: EndpointAddress | None = Field(
        default=None, description="An OpenAI-compatible endpoint; reached exactly as written, redirects are not followed."
    )
    model: str | None = Field(default=None, description="Model that writes; without it no model is ever called.")
    api_key_env: VariableName = Field(default="OPENAI_API_KEY", description="Name of the environment variable that holds the key.")
    context_tokens: int | None = Field(
        default=None, ge=1024, description="Context length of the model, when the endpoint does not say; where it does, the lesser counts."
    )
    timeout_seconds: float = Field(
        default=120.0, gt=0, description="Most seconds for one request that reads or checks; one that writes may take twice as long."
    )
    roles: Roles = Field(default_factory=Roles, description="Models and endpoints by role.")
    prices: dict[str, Prices] = Field(
        default_factory=dict, description="Prices of models by name, per million tokens, in one currency; 0 where nothing is paid."
    )
    budget: Budget = Field(default_factory=Budget, description="Limits on tokens and money.")
    on_failure: Literal["ledger", "none"] = Field(
        default="ledger", description="What writes when the model cannot: the ledger writer, or nobody."
    )


class Write(Part):
    writer: Literal["auto", "model", "ledger"] = Field(
        default="auto", description="auto: the model when llm.model is set, else the ledger writer."
    )
    form: str = Field(default="auto", description="Form of the articles, or auto: the signals choose.")
    lens: str = Field(default="ai-stack", description="Lens file in templates/lenses that names the layers.")
    audiences: tuple[str, ...] = Field(default=(), description="Audiences that the briefing form speaks to.")
    min_records: int = Field(default=2, ge=1, description="Fewest records an article may rest on.")
    max_records: int = Field(default=24, ge=1, description="Most records an article rests on.")
    min_independent: int = Field(default=2, ge=1, description="Fewest independent sources an article may rest on.")
    min_evidence: float = Field(
        default=1.2, ge=0, description="Least sum of the weights of an article's independent sources, each 0 to 1 (outlets.toml)."
    )
    min_strength: float = Field(
        default=0.45, ge=0, le=1, description="Least strength of the signal that an article has as its thesis, 0 to 1."
    )
    max_per_run: int = Field(default=3, ge=0, description="Most articles written in one run.")
    max_per_day: int = Field(default=6, ge=0, description="Most articles published in one day of site.timezone.")

    @model_validator(mode="after")
    def _ordered(self) -> Write:
        if self.max_records < self.min_records:
            raise ValueError(f"max_records ({self.max_records}) should not be below min_records ({self.min_records})")
        return self


def _rule(text: str) -> str:
    kind, _, name = text.partition(":")
    if kind not in {"thread", "form", "finding"} or not name.strip():
        raise ValueError('should be "thread:SLUG", "form:NAME" or "finding:CHECK"')
    return text


ReviewRule = Annotated[str, AfterValidator(_rule)]


class Gate(Part):
    policy: Literal["autonomous", "review", "mixed"] = Field(
        default="autonomous",
        description="autonomous publishes what passes the gate; review lets everything wait for an editor; mixed holds what review_when names.",
    )
    review_when: tuple[ReviewRule, ...] = Field(
        default=(), description='With policy mixed: what waits for an editor, as "thread:SLUG", "form:NAME" or "finding:CHECK".'
    )
    calibration: tuple[float, ...] = Field(
        default=(1.0, 0.0),
        min_length=2,
        max_length=2,
        description="Slope and offset by which this publication moves the checks' score; `groundwire calibrate` fits them to its editors' decisions.",
    )


class Keep(Part):
    unused_days: int = Field(
        default=180, ge=0, description="Text that no article cites is pruned by `run` after so many days, at least 14; 0 keeps it."
    )
    calls_days: int = Field(
        default=90,
        ge=0,
        description="What was said to models and back is pruned by `run` after so many days; tokens and costs stay; 0 keeps it.",
    )


class Desk(Part):
    host: str = Field(default="127.0.0.1", description="Address that the desk listens on.")
    port: int = Field(default=8484, ge=0, le=65535, description="Port of the desk.")
    editors: tuple[str, ...] = Field(
        default=(), description='Names of the editors, each with a role if you like: "Ada Lindt, managing editor".'
    )
    password: str | None = Field(default=None, description="Password for interfaces beyond loopback.")
    proxy_header: str | None = Field(default=None, description="Header in which a proxy on this machine names the editor.")


class Notify(Part):
    webhook: WebAddress | None = Field(
        default=None, description="Address that is sent a JSON object when drafts wait or the gate refused everything for a day."
    )
    smtp: MailTarget | None = Field(
        default=None,
        description="Mail server and addresses for the same notices: smtp://user:password@host:port/?from=A&to=B, or smtps://.",
    )
    apprise: tuple[str, ...] = Field(
        default=(), description="Addresses for the same notices in the notation of apprise; needs the extra `notify`."
    )


class RunPart(Part):
    max_minutes: float = Field(
        default=20.0,
        gt=0,
        description="Most minutes of fetching in one run, the rest stays queued; and most that a model may make writing wait.",
    )
    ping_url: WebAddress | None = Field(default=None, description="Address that is told about start, success and failure of each run.")
    log_format: Literal["text", "json"] = Field(default="text", description="Form of the log on standard error.")


class Settings(Part):
    """Every setting of a publication, with its default."""

    site: Site = Field(default_factory=Site, description="The published site.")
    fetch: Fetch = Field(default_factory=Fetch, description="Fetching feeds and pages.")
    llm: Llm = Field(default_factory=Llm, description="The language model.")
    write: Write = Field(default_factory=Write, description="Writing articles.")
    gate: Gate = Field(default_factory=Gate, description="What is published without an editor.")
    keep: Keep = Field(default_factory=Keep, description="How long things are kept.")
    desk: Desk = Field(default_factory=Desk, description="The editors' desk.")
    notify: Notify = Field(default_factory=Notify, description="Notices to editors.")
    run: RunPart = Field(default_factory=RunPart, description="Runs.")


class Publication(BaseModel):
    """A publication: its directory, and where its parts lie in it."""

    model_config = ConfigDict(frozen=True)
    root: Path
    settings: Settings
    api_key: SecretStr | None = None
    """The value of the variable that llm.api_key_env names; no log, page or error shows it."""
    role_keys: dict[str, SecretStr] = Field(default_factory=dict)
    """The same for roles that name a variable of their own."""
    environment_proxy: str | None = None
    """HTTPS_PROXY or HTTP_PROXY as the environment has it; fetching refuses to go around it (fetch.proxy)."""

    @property
    def database(self) -> Path:
        return self.root / "groundwire.db"

    @property
    def feeds_file(self) -> Path:
        return self.root / "feeds.opml"

    @property
    def outlets_file(self) -> Path:
        return self.root / "outlets.toml"

    @property
    def templates(self) -> Path:
        return self.root / "templates"

    @property
    def output(self) -> Path:
        return self.root / "output"
