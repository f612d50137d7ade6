"""The base of everything that is merely true: frozen, and refusing what it does not know."""

from typing import NewType

from pydantic import BaseModel, ConfigDict

#: The number people call a run by; counts up from 1.
RunId = NewType("RunId", int)
#: The key of an environment in the estate.
EnvironmentName = NewType("EnvironmentName", str)
#: The key of a group in the estate.
GroupName = NewType("GroupName", str)
#: SHA-256 of a saved plan file, 64 lower-case hex digits.
PlanDigest = NewType("PlanDigest", str)
#: A resolved git commit, 40 lower-case hex digits.
Commit = NewType("Commit", str)
#: A Slack workspace id (`T…` or `E…`).
TeamId = NewType("TeamId", str)
#: A Slack user id (`U…` or `W…`).
UserId = NewType("UserId", str)
#: A Slack conversation id (`C…`, `G…` or `D…`).
ChannelId = NewType("ChannelId", str)
#: A Slack message time stamp, which is the message's id in its channel.
MessageTs = NewType("MessageTs", str)


class Value(BaseModel):
    """A fact: frozen, and refusing fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")
