"""Where a commit must have proved itself before it may come here."""

from bot.domain.ruling import Allow, Deny, Reason, ReasonCode
from bot.domain.value import Commit, EnvironmentName


def rule(
    here: EnvironmentName, before: EnvironmentName | None, commit: Commit, *, proved: bool
) -> Allow | Deny:
    """Only a commit that finished a run in *before* may come *here*; *proved* says whether it did."""
    if before is None or proved:
        return Allow()
    text = (
        f"{here} takes only what finished its bake in {before}, and commit {commit[:7]} has not. "
        f"Deploy it to {before} first."
    )
    return Deny(reasons=(Reason(code=ReasonCode.NOT_PROMOTED, text=text),))
