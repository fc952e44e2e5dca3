"""The command line: parses, calls one studio function, prints what it returns."""
