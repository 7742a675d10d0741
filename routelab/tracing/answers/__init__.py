"""What a finished trace answers: one file for each of those that may have decided."""
