"""plotty: a studio for pen plotters."""

__version__ = "0.1.0"
