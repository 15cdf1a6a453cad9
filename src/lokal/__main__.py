"""`python -m lokal` is the command `lokal`."""

from lokal.cli import main

main()
