"""A natural voice for the Linux desktop, spoken by a small mesh of local processes."""

__version__ = "0.1.0"
