"""Jobs: taken in, arranged, imposed, backed up; clients."""
