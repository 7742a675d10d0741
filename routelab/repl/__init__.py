"""The prompt: reads lines, shows replies, watches the clock for saved files. No behaviour of its own.

Its rooms: `conversation` is the loop; `piped` reads plain lines, `terminal` edits them with prompt-toolkit;
`stepper` plays a trace, `editors` finds the learner's editor. What is shown comes as blocks from `screen`.
"""
