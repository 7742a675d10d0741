"""Many submissions in, points out.

The judge is the lessons' own; a submission runs in a worker and answers requests, and never shares a process
with what judges it. It knows no learner, no session and no screen.
"""
