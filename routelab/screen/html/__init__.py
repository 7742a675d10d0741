"""Blocks as HTML: `writer` has the elements, `code` its colours, `page` the document around them.

`page.css` and `player.js` stand in every document: nothing is fetched from anywhere.
"""
