"""Templates, watched: their files, their text, and what they missed."""
