"""A learner's line in, a reply out: all behaviour of the prompt, and no terminal.

Its rooms: `reply` is what an answer is made of, `lines` tells what was typed, `sandbox` has the app under
experiment. `commands` says what a place and its words are; `lesson_list`, `lesson` and `play` are the places,
the last two on top of `app_place`, and `task_state` is the task of the page that is open. `session` puts them
together, and `completion` and `highlighting` look at a line while it is typed.
"""
