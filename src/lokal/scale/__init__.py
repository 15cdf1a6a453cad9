"""The law on one day under chosen readings, compiled: what every engine runs."""
