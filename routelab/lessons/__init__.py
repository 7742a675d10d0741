"""Lessons: folders in, lessons out; tasks, expectations, grading, proofs. Values to values, no screen.

Its rooms: `prose` and `records` are what a lesson is, `reading` makes them of a folder; `expectation`,
`observation` and `judging` are the language of tasks; `grading` is what a learner's answer is worth, `proofs`
what `routelab check` holds a lesson to.
"""
