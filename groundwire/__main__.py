"""`python -m groundwire` is the command `groundwire`."""

from groundwire.cli import main

main(prog_name="groundwire")
