"""The commits of the example repository: who wrote what, and which branches and tags show it."""

from bot.domain.value import Value


class Author(Value):
    """Somebody who writes commits."""

    name: str
    email: str


ANA = Author(name="Ana", email="ana@example.com")
BEN = Author(name="Ben", email="ben@example.com")
CLEO = Author(name="Cleo", email="cleo@example.com")


class Step(Value):
    """One commit."""

    subject: str
    by: Author
    #: Folder of `changes/` whose files it adds or replaces; `None` for the first one, which brings the whole tree.
    change: str | None
    #: Place in `HISTORY` of the commit it comes after; `None` for the first one.
    after: int | None
    branches: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


#: A release travels along one line: dev is ahead of staging, staging ahead of main. Beside that line stand
#: a release that is bad once customers use it, one that is bad only where there are many of them, and one whose
#: migration fails. In production each release takes the stack that the one before it did not: blue, green, blue.
HISTORY: tuple[Step, ...] = (
    Step(
        subject="Build the storefront's infrastructure",
        by=ANA,
        change=None,
        after=None,
        branches=("main",),
        tags=("v1.0.0",),
    ),
    Step(
        subject="Release storefront 1.1.0",
        by=CLEO,
        change="release-1.1.0",
        after=0,
        branches=("staging",),
        tags=("v1.1.0",),
    ),
    Step(
        subject="Release storefront 1.2.0",
        by=BEN,
        change="release-1.2.0",
        after=1,
        branches=("dev",),
        tags=("v1.2.0",),
    ),
    Step(
        subject="Release storefront 2.0.0",
        by=CLEO,
        change="release-2.0.0",
        after=1,
        branches=("bad-release",),
    ),
    Step(
        subject="Give each order a total",
        by=CLEO,
        change="order-totals",
        after=1,
        branches=("half-broken",),
    ),
    Step(
        subject="Release storefront 2.1.0",
        by=CLEO,
        change="hidden-flaw",
        after=1,
        branches=("hidden-flaw",),
    ),
)
