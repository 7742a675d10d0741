"""The learner's own things: what was finished, copies of lessons to edit, settings, and a watch on files.

It knows lessons as content, and must not know what is typed at a prompt.
"""
