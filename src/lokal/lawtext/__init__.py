"""An official text of section II, read clause by clause: what `law check` and `law draft` work on."""
