"""What gets done: runs, their steps, and the tools they work with."""
