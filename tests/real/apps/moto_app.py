"""moto's server: hosts decide between apps, regular expressions in rules, a backend of views."""

import os

for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
    os.environ.setdefault(name, "x")
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from moto.server import create_backend_app

app = create_backend_app("s3")
