"""The dashboard (Textual): screens, dialogs, drawn widgets."""
