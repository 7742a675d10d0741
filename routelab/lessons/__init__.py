"""Lessons: folders in, lessons out; tasks, expectations, grading, proofs. Values to values, no screen.

Its rooms: `prose` and `records` are what a lesson is, `reading` makes them of a folder; `queries`,
`expectation` and `judging` are the language of tasks; `tasks/` has one file a kind of task; `proofs` is what
`routelab check` holds a lesson to.
"""
