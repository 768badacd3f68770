"""What stops a command on this machine, in one sentence for whoever gave it."""


class Failure(Exception):
    """Printed as it is, without a trace."""
