"""What a finished trace answers, by whoever decided."""
