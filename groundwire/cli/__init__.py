"""The command line. Every command is a decorator and a few lines; what it does lies in the modules it calls.

Nothing heavy is imported before a command needs it, so that help, completion and `status` answer at once.
"""

from groundwire.cli import editing, looking, operating, setting_up, working
from groundwire.cli.group import main

__all__ = ["editing", "looking", "main", "operating", "setting_up", "working"]
