"""Collected only by `./check release`, which names the folder that the wheel and the sdist are left in."""

import os

collect_ignore_glob = [] if "ROUTELAB_RELEASE" in os.environ else ["test_*.py"]
