"""Scale and facts in, numbers out."""
