"""`python -m leftfold.cli` is `leftfold`."""

from leftfold.cli import main

main()
