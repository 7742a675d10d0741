"""The version, for all rooms: it knows nothing else."""

VERSION = "0.2.0"
