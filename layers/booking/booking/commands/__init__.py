"""The writes: one module each, load -> decide (domain) -> save in one transaction."""
