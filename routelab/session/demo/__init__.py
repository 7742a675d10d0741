"""A demo in front of a class: a script of lines, what each reveals one thing at a time, where one is in it.

`script` reads and makes scripts, `scene` says what a trace reveals, `stage` is the place with its keys, `cue`
what the presenter's notes show, `rehearsal` runs a script as a proof. None of them knows a terminal.
"""
