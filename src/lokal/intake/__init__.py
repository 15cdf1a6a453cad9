"""From people's files to dossiers."""
