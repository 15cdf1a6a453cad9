"""The law as data: YAML read strictly, validated by named checks, kept as frozen values."""
