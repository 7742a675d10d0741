"""The commands: one a file, each a function from options to an exit code."""
