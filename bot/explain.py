"""`interlock explain`: what a plan would do, how serious that is, and why; it needs neither Slack nor an estate."""

import argparse
import gc
import importlib
import json
import mmap
import os
import stat
import sys

from bot.domain.errors import PlanUnreadable, Refused
from bot.domain.nearest import hint
from bot.domain.rules import RiskRules
from bot.domain.value import PlanDigest
from bot.policy import risk
from bot.render import explanation, text
from runners.iac import diff, reading, skimming
from runners.iac.decoding import Bytes

#: A large file is read where it is. (One that somebody shortens meanwhile ends this process, as it should.)
_LARGE = 8 * 1024 * 1024


def explain(asked: argparse.Namespace) -> int:
    """Print the class, the reasons and what changes."""
    # What is made here lives as long as this short process, and looking for garbage takes longer than reading.
    gc.disable()
    rules = _rules(asked)
    name = "standard input" if asked.plan == "-" else text.one_line(asked.plan)
    try:
        told = said(content(asked.plan), rules, as_json=asked.json)
    except PlanUnreadable as error:
        msg = f"{name}: {text.one_line(str(error))}"
        raise PlanUnreadable(msg) from error
    except OSError as error:
        msg = f"{name}: {_trouble(error)}"
        raise Refused(msg) from error
    sys.stdout.buffer.write(told.encode("utf-8"))
    sys.stdout.flush()
    return 0


def said(data: Bytes, rules: RiskRules, *, as_json: bool) -> str:
    """Give what is printed about the plan in *data*; raises `PlanUnreadable`."""
    if as_json:
        plan = skimming.skim(data, everything=bool(rules.overrides))
        return json.dumps(explanation.data(plan, risk.judge(plan, rules))) + "\n"
    plan = reading.read(bytes(data), digest=PlanDigest("")).plan
    return explanation.page(plan, risk.judge(plan, rules), diff.render(plan))


def content(name: str) -> Bytes:
    """Give the bytes of the file, or of standard input for `-`; raises `OSError` and `Refused`."""
    if name == "-":
        if sys.stdin is None:
            msg = "standard input is closed, so there is no plan in it"
            raise Refused(msg)
        return sys.stdin.buffer.read()
    with open(os.fsencode(name), "rb") as file:  # noqa: PTH123 -- a name that is no path at all must fail here, too
        found = os.fstat(file.fileno())
        if stat.S_ISREG(found.st_mode) and found.st_size >= _LARGE:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return file.read()


def _trouble(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, IsADirectoryError):
        return "is a folder, not a file"
    if isinstance(error, PermissionError):
        return "may not be read by this user"
    return f"cannot be read: {text.one_line(error.strerror or str(error))}"


def _rules(asked: argparse.Namespace) -> RiskRules:
    """Take the estate's rules where one is asked for; only then is there need of the whole house."""
    if asked.environment is None and asked.estate is None:
        return RiskRules()
    estate = importlib.import_module("bot.commands").estate(asked)
    if asked.environment is not None and asked.environment not in estate.environments:
        msg = f"`{text.one_line(asked.environment)}` is no environment; {hint(asked.environment, estate.environments)}"
        raise Refused(msg)
    rules: RiskRules = estate.risk
    return rules
