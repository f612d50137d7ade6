"""Where infrastructure code comes from; `git.Git` implements `bot.ports.Source`."""
