"""One file a step; an applied one is never changed."""
