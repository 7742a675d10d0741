"""Findings: the mistake that a finished trace shows, by a stable code."""
