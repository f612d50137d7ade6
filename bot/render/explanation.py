"""A plan and its judgement, for people in a terminal and for programs."""

from typing import Any

from bot.domain.plan import Plan
from bot.domain.risk import Risk, RiskReason
from bot.render import text


def data(plan: Plan, risk: Risk) -> dict[str, Any]:
    """Give the public form; changing a field breaks those who read it."""
    counted = plan.counts.model_dump(exclude={"unknown"})
    return {
        "class": risk.change_class.value,
        "reasons": [
            {"code": str(reason.code), "address": reason.address, "text": reason.text}
            for reason in risk.reasons
        ],
        "counts": {name.rstrip("_"): amount for name, amount in counted.items()},
        "applyable": _applyable(plan),
        "blocked": risk.blocked,
        "destructive": list(plan.destructive),
        "terraform_version": plan.terraform_version,
    }


def page(plan: Plan, risk: Risk, diff: str) -> str:
    """Give the same for people: what goes first, then why, then all that changes; *diff* is redacted."""
    told = data(plan, risk)
    counted = ", ".join(f"{amount} {name}" for name, amount in told["counts"].items() if amount)
    parts = [
        _part(
            f"Destroyed or replaced ({len(told['destructive'])}):",
            [f"- {text.one_line(key)}" for key in told["destructive"]],
        ),
        _part("Would be lost, and must be confirmed by hand:", _lines(risk.losses)),
        _part(f"Class: {risk.change_class.value}{', because' if risk.reasons else ''}", _lines(risk.reasons)),
        f"Counts: {counted or 'nothing'}\nCan be applied: {'yes' if told['applyable'] else 'no'}\n",
        text.clean(diff),
    ]
    return "\n".join(part for part in parts if part)


def _applyable(plan: Plan) -> bool:
    """Say what Terraform says; where its format is too old for that, whether there is something to apply."""
    return plan.applyable if plan.applyable is not None else not plan.errored and not plan.empty


def _lines(reasons: tuple[RiskReason, ...]) -> list[str]:
    return [f"- {text.one_line(reason.text)} [{reason.code.value}]" for reason in reasons]


def _part(title: str, lines: list[str]) -> str:
    keep = lines or not title.endswith(":")
    return "\n".join([title, *(f"  {line}" for line in lines)]) + "\n" if keep else ""
