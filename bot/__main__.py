"""The command line: what `interlock` can be asked to do."""

import argparse
import errno
import gc
import importlib
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.domain.errors import EstateBroken, InterlockError
from bot.domain.estate import RuleName

#: What a disk says that takes nothing; whoever owns it can mend that, and needs no trace for it.
_NO_PLACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status."""
    asked = _parser().parse_args(arguments)
    # A command says itself what is wrong; what is logged is for those that install a log.
    logging.getLogger().addHandler(logging.NullHandler())
    try:
        status = _command(asked.run)(asked)
    except EstateBroken as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except InterlockError as error:
        sys.stderr.write(f"interlock: {error}\n")
        return 1
    except BrokenPipeError:
        # Whoever reads has seen enough.
        _say_no_more()
        return 1
    except OSError as error:
        if error.errno not in _NO_PLACE:
            raise
        _say_no_more()
        where = f"{error.filename}: " if error.filename else ""
        sys.stderr.write(f"interlock: {where}{error.strerror}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def _say_no_more() -> None:
    """Let go of what could not be written, which would be tried again when this process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _command(place: str) -> Callable[[argparse.Namespace], int]:
    """Load what one command needs, and no more: who explains a plan waits for no Slack and no database."""
    module, _, name = place.partition(":")
    # What is loaded stays: looking for garbage among it would take a fifth of the start, and hold up a command later.
    gc.disable()
    loaded = importlib.import_module(module)
    gc.freeze()
    gc.enable()
    found: Callable[[argparse.Namespace], int] = getattr(loaded, name)
    return found


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--estate",
        type=Path,
        metavar="FILE",
        help="the estate file (else INTERLOCK_ESTATE, else ./interlock.yaml)",
    )
    parser = argparse.ArgumentParser(
        prog="interlock", description="Deploys infrastructure, and cannot be talked into an unsafe move."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: str, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text, parents=[common])
        made.set_defaults(run=run)
        return made

    tried = command(
        "demo",
        "bot.commands:demo",
        "try it here: a local workspace, the bot and an example estate in one process",
    )
    tried.add_argument("--script", type=Path, metavar="FILE", help="play a file of lines instead of asking")
    tried.add_argument("--data", type=Path, default=Path(".interlock/demo"), metavar="DIR", help="its folder")
    tried.add_argument("--fresh", action="store_true", help="begin anew where an earlier demo was killed")
    command("serve", "bot.commands:serve", "run the bot")
    checked = command("check", "bot.commands:check", "validate the estate and every plugin it names")
    checked.add_argument("file", nargs="?", type=Path, metavar="interlock.yaml")
    explained = command(
        "explain", "bot.explain:explain", "say what a plan would do, how serious that is, and why"
    )
    explained.add_argument(
        "plan", metavar="PLAN.json", help="output of `terraform show -json`; - is standard input"
    )
    explained.add_argument("--environment", metavar="E", help="judge by the estate's rules for it, too")
    explained.add_argument("--json", action="store_true", help="print one JSON object")
    asked = command("when", "bot.when:run", "may it run then, why not, and when next")
    asked.add_argument("environment", metavar="ENV", help="the environment")
    asked.add_argument("--class", dest="rule", metavar="C", help=f"one of {', '.join(RuleName)}; else each")
    asked.add_argument("--at", metavar="TIME", help="a moment, like 2026-11-22T02:00Z; else now")
    asked.add_argument(
        "--json", action="store_true", help="print one JSON object, by default of standard changes"
    )
    again = command(
        "bake-replay", "bot.replay:replay", "judge recorded samples of a bake again, by the law of live ones"
    )
    again.add_argument("samples", metavar="SAMPLES.json", help="recorded samples; - is standard input")
    again.add_argument("--environment", metavar="E", help="judge by the lines that the estate draws for it")
    again.add_argument(
        "--min-requests", type=int, metavar="N", help="needed on each side before it may pass; else 100"
    )
    again.add_argument(
        "--alpha", type=float, help="the chance of a false alarm, over the whole bake; else 0.01"
    )
    again.add_argument("--ratio", type=float, help="so many times the baseline's rate is too much; else 1.5")
    again.add_argument(
        "--at-most", type=float, metavar="RATE", help="this rate is too much in any case, like 0.05 for 5 %%"
    )
    again.add_argument(
        "--json", action="store_true", help="print one JSON object; samples are numbered from 0 in it"
    )
    told = command("manifest", "bot.commands:show_manifest", "print the Slack app manifest")
    told.add_argument("--url", help="where Slack reaches the bot over HTTP; without it, Socket Mode")
    command("schema", "bot.commands:schema", "print the estate's JSON Schema")
    kept = command(
        "record", "bot.commands:record", "the append-only record of everything that was decided and done"
    )
    what = kept.add_subparsers(dest="what", required=True, metavar="verify|export|show")
    what.add_parser("verify", help="check the hash chain")
    what.add_parser("export", help="print every entry, one JSON object a line")
    what.add_parser("show", help="print one run's entries").add_argument("number", type=int, metavar="RUN")
    return parser


if __name__ == "__main__":
    sys.exit(main())
