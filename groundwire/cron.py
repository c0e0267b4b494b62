"""What `groundwire cron` prints: a crontab line, systemd units and a hint for GitHub Actions, all of which treat 1 and 75 as done."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

MINUTE = 17
"""Off the full hour, when publishers' servers are busiest with everybody else's cron."""


def program(called: str, python: str) -> tuple[str, ...]:
    """The words that call this program from anywhere, given how it was called."""
    path = Path(called)
    return (python, "-m", "groundwire") if path.suffix == ".py" else (str(path.resolve()),)


def crontab_line(program: Sequence[str], root: Path) -> str:
    """One line for `crontab -e`; a percent sign would end the command there, so it is escaped."""
    command = shlex.join([*program, "-C", str(root), "run"]).replace("%", r"\%")
    return f"{MINUTE} * * * * {command} || case $? in 1|75) ;; *) exit $? ;; esac"


def systemd_units(program: Sequence[str], root: Path) -> str:
    """A service and its timer, with the folder each belongs into."""
    command = " ".join(_unit_word(word) for word in (*program, "-C", str(root), "run"))
    return f"""# ~/.config/systemd/user/groundwire.service
[Unit]
Description=Groundwire: one run of the newsroom

[Service]
Type=oneshot
ExecStart={command}
SuccessExitStatus=1 75
TimeoutStartSec=1h

# ~/.config/systemd/user/groundwire.timer
[Unit]
Description=Groundwire, every hour

[Timer]
OnCalendar=*-*-* *:{MINUTE:02}:00
RandomizedDelaySec=5min
Persistent=true

[Install]
WantedBy=timers.target

# then: systemctl --user daemon-reload && systemctl --user enable --now groundwire.timer"""


def _unit_word(word: str) -> str:
    """A word as systemd reads it: quoted where it must be, with its percent and dollar signs doubled."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return escaped if re.fullmatch(r"[\w./:+@=-]+", word) else f'"{escaped}"'


def text(program: Sequence[str], root: Path) -> str:
    """All of it, each part under a line that says what it is for."""
    return f"""# cron: add this line with `crontab -e`
{crontab_line(program, root)}

# systemd: two files, if you prefer timers
{systemd_units(program, root)}

# GitHub Actions: docs/operations.md has a workflow that publishes to Pages and keeps the database between runs;
# its step is: groundwire run || [ $? -eq 1 ] || [ $? -eq 75 ]
"""
