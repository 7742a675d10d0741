"""The kinds of tasks, one file each: the record, its TOML, its grading, its proof, and what answers it.

`base` is what every kind must be able to do, `kinds` the one list of them. A new kind is one file here
and one entry there, and what draws it.
"""
