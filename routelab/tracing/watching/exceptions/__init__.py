"""An exception described: the learner's line on its way, and what is known of its cause."""
