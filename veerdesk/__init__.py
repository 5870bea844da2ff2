"""Veerdesk: scanned well logs to LAS, corrected by hand where curves cross."""

__version__ = "0.1.0"
