"""What opens the workspace; it opens nothing else."""

from bot.domain.value import Value


class Keys(Value):
    """Tokens and secret of the one app that is installed."""

    #: The bot token, for nearly all methods.
    bot: str = "xoxb-playground"
    #: The app-level token, for opening connections.
    app: str = "xapp-playground"
    #: Signs requests in HTTP mode.
    signing: str = "playground"
