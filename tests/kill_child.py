"""The real command line, made to die at a moment: `kill_child.py EVENT N ARGUMENTS...`, or `kill_child.py count FILE ARGUMENTS...`.

EVENT is a name of groundwire.log.EVENTS; the process kills itself at its N-th occurrence, as `kill -9` would. For
"log written" it dies in the middle of the N-th line of its log. With "count" it lives, and FILE gets what occurred how often.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from groundwire import log


class Watching(logging.Handler):
    """Sees every event; dies at one, or counts them all."""

    def __init__(self, event: str, n: str) -> None:
        super().__init__(logging.DEBUG)
        self.event, self.left, self.counts = event, n, Counter[str]()
        self.setFormatter(log.JsonFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        name = str(getattr(record, "event", ""))
        self.counts[name] += 1
        self.counts["log written"] += 1
        if self.event != "count" and self.counts[self.event] == int(self.left) and self.event in (name, "log written"):
            if self.event == "log written":
                line = self.format(record)
                os.write(2, line[: len(line) // 2].encode())
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    watching = Watching(sys.argv[1], sys.argv[2])
    configure = log.configure

    def configured(*arguments: Any, **named: Any) -> None:
        configure(*arguments, **named)
        for handler in log.logger.handlers:
            handler.setLevel(log.logger.level)
        log.logger.addHandler(watching)
        log.logger.setLevel(logging.DEBUG)

    log.configure = configured
    sys.argv = ["groundwire", *sys.argv[3:]]
    from groundwire.cli import main as command_line

    try:
        command_line()
    finally:
        if watching.event == "count":
            Path(watching.left).write_text(json.dumps(watching.counts), encoding="utf-8")


main()
