"""The studio's own upkeep: settings, checks, diagnoses, backups, first set-up, demo."""
