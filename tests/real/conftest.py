"""Collected only by `./check real`, which makes an environment with real extensions and names it."""

import os

collect_ignore_glob = [] if "ROUTELAB_REAL" in os.environ else ["test_*.py"]
