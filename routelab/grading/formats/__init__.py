"""The forms in which grades are written, a file each; `kinds` has the list."""
