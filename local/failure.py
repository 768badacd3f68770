"""What stops the local stack from starting, in one sentence for whoever started it."""


class Failure(Exception):
    """Printed as it is, without a trace."""
