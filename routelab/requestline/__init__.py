"""Request lines: text to request, and back; one syntax for command line, prompt, lessons and `lab.send`.

It must not know apps, routing or terminals. `quoting` has the words, `options` the options, `target` method
and URL, `items` and `body` the data, `record` what comes of it, `writing` the way back; `curl` reads
what curl takes.
"""
