"""`python -m training COMMAND`: every stage from data to a shipped model."""

from training.cli import main

if __name__ == "__main__":
    main()
