"""What the engine leaves out, and the one sentence that says so.

It knows how to say it, and nothing of the loop.
"""

from typing import NoReturn

WAY_OUT = "install flask and use --engine flask"


class NotInEngine(RuntimeError):
    """Something that Flask does and this engine does not was asked for."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"routelab's engine has no {what}; {WAY_OUT}")


class LeftOut:
    """An attribute that Flask has and this engine has not: reading it says so, and `hasattr` is False."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: object, owner: type) -> NoReturn:
        raise AttributeError(f"routelab's engine has no {owner.__name__}.{self.name}; {WAY_OUT}")
