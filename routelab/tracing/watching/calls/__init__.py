"""The calls of the learner's own callables, watched."""
