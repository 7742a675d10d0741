"""Records to blocks: what is shown of each, once for all media. No style, no width."""
