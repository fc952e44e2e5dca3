"""The command line: parses, calls one studio function, prints what it returns."""

import gc

# Imports make many objects and hardly any garbage: looking for it after every 700 of them, as
# Python does by itself, is a tenth of a short command's time.
gc.set_threshold(50_000)
