"""Names of things in AWS, as far as they say where a thing is and what it is called elsewhere."""

import re
from typing import Annotated

from pydantic import AfterValidator

_ARN = re.compile(r"arn:[^:]+:[^:]+:([a-z0-9-]*):[^:]*:(.+)", re.DOTALL)
_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}")


def _named(written: str) -> str:
    if not is_filled(written) or _REGION.fullmatch(written):
        return written
    msg = "is no Region: write its code, like eu-central-1."
    raise ValueError(msg)


#: A Region's code, or a placeholder for one.
Region = Annotated[str, AfterValidator(_named)]


def is_filled(written: str) -> bool:
    """Whether *written* holds no placeholder, so that it can be judged before there is a run."""
    return "{" not in written


def is_arn(name: str) -> bool:
    """Whether *name* is an ARN."""
    return _ARN.fullmatch(name) is not None


def region(*names: str | None) -> str | None:
    """The Region of the first ARN among *names* that says one; `None` where none does."""
    for name in names:
        found = _ARN.fullmatch(name) if name else None
        if found and found[1]:
            return found[1]
    return None


def own_name(name: str) -> str:
    """What CloudWatch and people call it: `app/main/50dc6c495c0c9188`, `targetgroup/store-blue/73e2d6bc24d8a067`."""
    found = _ARN.fullmatch(name)
    return found[2].removeprefix("loadbalancer/") if found else name
