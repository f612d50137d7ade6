"""Facts about the machine, without which no number means anything."""

import os
import platform
import sqlite3
import subprocess
from importlib.metadata import version

import psycopg

from benchmarks import stand_in


def facts(postgres: str) -> dict[str, str]:
    """Name what the numbers depend on; *postgres* is the address of the server in use."""
    with psycopg.connect(postgres) as connection:
        row = connection.execute("SHOW server_version").fetchone()
    return {
        "cores": str(os.cpu_count()),
        "processor": _processor(),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "load at the start": f"{os.getloadavg()[0]:.2f}",
        "Python": platform.python_version(),
        "Terraform": _first_line(stand_in.real(), "version"),
        "git": _first_line("git", "version"),
        "SQLite": sqlite3.sqlite_version,
        "Postgres": str(row[0]) if row else "unknown",
        **{name: version(name) for name in ("dbos", "slack-bolt", "SQLAlchemy")},
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123 -- no path of ours
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.machine()


def _first_line(*argv: str) -> str:
    said = subprocess.run(argv, capture_output=True, text=True, check=False).stdout
    return said.partition("\n")[0]
