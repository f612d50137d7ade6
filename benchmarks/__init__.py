"""What Interlock costs, each part measured beside the plainest thing that does the same. Run by `make bench`."""
