"""The version, for all rooms: it knows nothing else."""

VERSION = "0.1.0"
