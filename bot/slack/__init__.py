"""The edge that talks to Slack, or to anything that speaks like Slack."""
