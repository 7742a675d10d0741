"""An app of the learner's own, whatever it calls its routes: what a page asks of it, and what is found.

`themes` are what it may be about, `project` its files, `look` visits it, `subjects` are the words in which a
page can ask, one entry each, and `judging` says what was found. It must not know tasks, learners or screens.
"""
