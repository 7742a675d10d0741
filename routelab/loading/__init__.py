"""Find and import the learner's app on an engine, in a process that is the app's own.

Its rooms: `targets` finds the file, `modules` keeps the app's sources, `engine` says what `flask` means,
`apps` picks the object, `notes`, `failure`, `causes` and `unregistered` tell what was seen, and `loader` puts
them together. It must not know labs or the command line.
"""
