"""Tools that plan and apply infrastructure; each implements `bot.ports.Iac`."""
