"""Production runs: drafted, made, completed, corrected, replotted, told."""
