"""The words that make bubblewrap run a command in a world of its own, and what that world shows.

It knows folders, and nothing of submissions.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from routelab.process.ending import BadInterpreter, not_started

PACKAGE = Path(__file__).parent.parent
# The system's own folders, as far as there are any; links among them (/bin to /usr/bin) are made again.
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu/store")
# What the C library and Python read there; no names of users, no settings of services.
_ETC = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types", "ssl", "alternatives")
WORK, PIPES, TEMPORARY = "/submission", "/pipes", "/tmp"
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "SYSTEMROOT")
TRIAL_SECONDS = 60  # a busy machine must not seem to be another


def clean_environ() -> dict[str, str]:
    """Return what a submission gets of the environment: no tokens of whoever grades. Sets have one order."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**kept, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}


def folders_of(python: str) -> tuple[str, ...]:
    """List the folders that an interpreter is made of: its own, and those of installed packages."""
    script = "import json, sys; print(json.dumps([sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.path]))"
    try:
        ended = subprocess.run(
            [python, "-c", script],
            env=clean_environ(),
            capture_output=True,
            timeout=TRIAL_SECONDS,
            check=True,
        )
        said = json.loads(ended.stdout)
    except OSError as error:
        raise not_started(python, error) from None
    except (subprocess.SubprocessError, ValueError):
        raise BadInterpreter(python, "it does not tell where its packages are") from None
    prefixes, paths = said[:3], said[3:]
    packages = [path for path in paths if Path(path).name in ("site-packages", "dist-packages")]
    folders = [*prefixes, *packages, str(Path(python).parent), str(Path(python).resolve().parent)]
    return tuple(dict.fromkeys(folder for folder in folders if Path(folder).is_dir() and folder != "/"))


def wrapping(folder: Path, *, users: bool, binds: tuple[str, ...], hidden: tuple[str, ...]) -> Iterator[str]:
    """Yield the words before a command that runs it in a sandbox's folder; the names are a Confinement's.

    Without a user of its own, it needs a namespace of users.
    """
    yield from ("bwrap", "--die-with-parent", "--unshare-pid", "--unshare-net", "--unshare-ipc")
    yield from ("--unshare-uts", "--unshare-cgroup-try")
    if users:
        yield from ("--cap-drop", "ALL")
        for capability in ("CAP_SETUID", "CAP_SETGID", "CAP_KILL"):
            yield from ("--cap-add", capability)
    else:
        yield "--unshare-user"
    shown: list[str] = []
    for name in _SYSTEM:
        path = Path(name)
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), name)
        elif path.is_dir():
            shown.append(name)
    shown += [str(Path("/etc", name)) for name in _ETC if Path("/etc", name).exists()]
    shown += [*binds, str(PACKAGE)]
    # First, since an interpreter or a checkout may lie below it, and shows through what comes later.
    yield from ("--bind", str(folder / "temporary"), TEMPORARY)
    if users:  # who may not see what root has below /root, unless the way there is open
        above = {str(parent) for name in shown for parent in Path(name).parents if str(parent) != "/"}
        inside = {path for path in above if any(Path(path).is_relative_to(name) for name in shown)}
        for parent in sorted(above - inside):
            yield from ("--perms", "0755", "--dir", parent)
    for name in shown:
        yield from ("--ro-bind", name, name)
    for unseen in hidden:
        if any(Path(unseen).is_relative_to(name) for name in shown):
            yield from ("--tmpfs", unseen) if Path(unseen).is_dir() else ("--ro-bind", os.devnull, unseen)
    yield from ("--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev")
    yield from ("--bind", str(folder / "pipes"), PIPES)
    yield from ("--bind", str(folder / "work"), WORK)
    yield from ("--remount-ro", "/", "--chdir", "/", "--")
