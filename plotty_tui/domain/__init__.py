"""What jobs, sheets, runs, pens, paper and plans are. Pure: no I/O, no clock, no database."""
