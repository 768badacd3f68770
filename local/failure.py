"""The error that stops a command, in one sentence for the person who gave it."""


class Failure(Exception):
    """Its text is printed without a stack trace."""
