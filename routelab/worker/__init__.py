"""The app's own process: it reads a message, does it, and writes a message."""
