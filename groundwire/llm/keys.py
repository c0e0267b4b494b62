"""Which key goes to which endpoint: a key is sent to the host that it was given for, and to no other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from groundwire.budget import ROLES, endpoint_of
from groundwire.config import Llm, Publication
from groundwire.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a publication: `own` for llm.base_url, and those of roles that name a variable of their own."""

    own: str | None = field(default=None, repr=False)
    roles: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, publication: Publication) -> Keys:
        """The keys as the environment has them, white space around them taken off."""
        own = publication.api_key.get_secret_value().strip() if publication.api_key else None
        roles = {role: key.get_secret_value().strip() for role, key in publication.role_keys.items()}
        return cls(own or None, {role: key for role, key in roles.items() if key})

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every key, the longest first, for taking them out of texts."""
        return tuple(sorted({key for key in (self.own, *self.roles.values()) if key}, key=lambda key: (-len(key), key)))

    def key_for(self, llm: Llm, role: str) -> str | None:
        """The key for a role's endpoint: its own, else the publication's where the endpoint is on the same host and port."""
        if role in self.roles:
            return self.roles[role]
        if role in ROLES and getattr(llm.roles, role).api_key_env:
            return None
        return self.own if not llm.base_url or _place(endpoint_of(llm, role)) == _place(llm.base_url) else None

    def check(self, llm: Llm) -> None:
        """Raise ConfigError, without showing it, when a key cannot be one."""
        named = [(llm.api_key_env, self.own), *((getattr(llm.roles, role).api_key_env, key) for role, key in self.roles.items())]
        for variable, key in named:
            if not all("!" <= c <= "~" for c in key or ""):
                raise ConfigError(f"environment: {variable}: holds what no key has (spaces or letters beyond ASCII); set it anew")


def _place(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port
