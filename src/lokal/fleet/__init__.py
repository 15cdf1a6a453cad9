"""Fleets: the score of one vehicle for millions, over files and frames."""
