"""The rules of booking, pure: no clock, no I/O, no HTTP, nothing beyond the standard library.

Units, everywhere below: an instant is an `int` of Unix seconds (UTC), a duration is an `int` of seconds.
"""
