"""What came out: the score of one vehicle, its trace and its receipt."""
