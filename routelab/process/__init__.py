"""The tool's end of a worker: start it, ask it, and end it when it is silent too long."""
