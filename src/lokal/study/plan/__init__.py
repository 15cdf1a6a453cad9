"""What to localise next: the cheapest dated choice of measures that reaches the targets, verified by the engine."""
