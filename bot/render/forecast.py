"""When a run would begin, and whether it ends in time."""

from bot.domain.report import Forecast
from bot.render import text


def line(forecast: Forecast | None) -> str:
    """One or two sentences; empty where it may run at any time."""
    if forecast is None:
        return ""
    if forecast.begins is None:
        why = " ".join(text.sentence(text.inline(reason.text, 300)) for reason in forecast.reasons[:5])
        return f"🕑 *It could not run*: {why}"
    told = []
    if forecast.closes is not None:
        told.append(_until(forecast))
    elif later := begins(forecast):
        told.append(f"🕑 It {later}.")
    if forecast.freezes:
        names = text.listed(tuple(f"“{text.inline(name, 60)}”" for name in forecast.freezes), 5)
        told.append(f"❄️ *Goes past the freeze {names}*.")
    return " ".join(told)


def begins(forecast: Forecast | None) -> str:
    """`begins Sun 02:00`, where that is not at once."""
    if forecast is None or forecast.begins is None or not forecast.waits:
        return ""
    return f"begins {text.day(forecast.begins)}"


def _until(forecast: Forecast) -> str:
    name = "It" if forecast.window == "always" else f"*{text.inline(forecast.window, 120)}*"
    closes = text.day(forecast.closes) if forecast.closes else ""
    needed = f"the run needs about {text.duration(forecast.needed)}"
    if forecast.waits and forecast.begins:
        opened = f"🕑 {name} is open from {text.day(forecast.begins)} until {closes}; {needed}"
    else:
        opened = f"🕑 {name} is open until {closes}; {needed}"
    return f"{opened} and fits." if forecast.fits else f"{opened}, which is *longer than that*."
