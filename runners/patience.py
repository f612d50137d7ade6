"""Connections to a Postgres that may be away for a while: whoever wants one waits until it is back."""

import threading

import psycopg

#: Seconds between two tries, and for one of them.
_PAUSE, _CONNECTING = 0.5, 5


class Patience:
    """Connects; from its begin to its end a database that is away only takes longer."""

    def __init__(self, address: str) -> None:
        """Connect to *address*, in its blocking form."""
        self._address = address.replace("postgresql+psycopg:", "postgresql:")
        self._none = threading.Event()
        self._none.set()

    def begin(self) -> None:
        """Wait from now on."""
        self._none.clear()

    def end(self) -> None:
        """Wait no more; whoever does hears what is the matter."""
        self._none.set()

    def connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        """Make a connection, as often as it takes; blocks. Raises `psycopg.OperationalError` where there is no patience."""
        while True:
            try:
                return psycopg.connect(self._address, connect_timeout=_CONNECTING)
            except psycopg.OperationalError:
                if self._none.wait(_PAUSE):
                    raise
