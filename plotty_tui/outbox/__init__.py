"""Sending what lies in the store's outbox: mail, apprise, hook commands."""
