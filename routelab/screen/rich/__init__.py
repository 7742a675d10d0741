"""Blocks as rich renderables: colour and columns where there is room. Nothing else of routelab imports rich.

Its rooms: `looks` is the table of styles; `lines`, `columns`, `folding` and `course` draw a kind of block
each; `writer` chooses among them; `console` is the one console that writes.
"""
