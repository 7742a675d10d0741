"""A learner's line in, a reply out: all behaviour of the prompt, and no terminal.

Its rooms: `reply` is what an answer is made of, `lines` sorts what was typed, `bench` has the app under
experiment, `lobby`, `classroom` and `workshop` are where a learner can be, `exercise` is the task of the page
that is open, `commands` is the one table of command words, `app_commands` and `course_commands` are what they
do, and `session` puts them together.
"""
