"""What emergencies nobody has looked at yet, and what became of one."""

from bot.domain.message import Message
from bot.domain.review import Review
from bot.render import blocks, text

_MOST = 20


def waiting(reviews: tuple[Review, ...]) -> Message:
    """List *reviews* that are open."""
    if not reviews:
        said = "No emergency waits for a review."
        return blocks.compose(said, [blocks.section(f"⚪ {said}")])
    parts = [blocks.section(_line(each)) for each in reviews[:_MOST]]
    how = "Close one with what you found: `/interlock review RUN NOTE…`. Whoever asked for it cannot."
    more = [blocks.context(f"… and {len(reviews) - _MOST} more")] if len(reviews) > _MOST else []
    many = text.plural(len(reviews), "emergency waits", "emergencies wait")
    return blocks.compose(f"{many} for a review.", [*parts, *more], last=[blocks.context(how)])


def closed(review: Review, *, first: bool) -> Message:
    """Answer whoever closed it; *first*: nobody had before."""
    said = f"The review of run {review.run} is closed."
    if not first:
        said = f"The review of run {review.run} was closed already; your note is not kept."
    return blocks.compose(said, [blocks.section(f"☑️ {said}")])


def _line(review: Review) -> str:
    return (
        f"🔎 run {review.run} in *{text.inline(review.environment, 63)}*  ·  {text.code(review.ticket, 70)}  ·  "
        f"by {text.mention(review.by)}, {text.day(review.at)}\n{text.inline(review.reason, 300)}"
    )
