"""The list of all kinds of steps: everything else reads it.

A new kind is its own file in this folder and a line here.
"""

from __future__ import annotations

from typing import TypeAlias, get_args

from routelab.tracing.steps.automatic_options import AutomaticOptionsStep
from routelab.tracing.steps.context import ContextStep
from routelab.tracing.steps.converters import ConvertersStep
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.hook import HookStep
from routelab.tracing.steps.load import LoadStep
from routelab.tracing.steps.log import LogStep
from routelab.tracing.steps.make_response import MakeResponseStep
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.steps.middleware import MiddlewareStep
from routelab.tracing.steps.request import RequestStep
from routelab.tracing.steps.response import ResponseStep
from routelab.tracing.steps.session import SessionStep
from routelab.tracing.steps.step import Step
from routelab.tracing.steps.stopped import StoppedStep
from routelab.tracing.steps.stream import StreamStep
from routelab.tracing.steps.template import TemplateStep
from routelab.tracing.steps.view import ViewStep

AnyStep: TypeAlias = (
    RequestStep
    | MiddlewareStep
    | ContextStep
    | SessionStep
    | MatchStep
    | ConvertersStep
    | HookStep
    | ViewStep
    | TemplateStep
    | ErrorStep
    | AutomaticOptionsStep
    | MakeResponseStep
    | StreamStep
    | StoppedStep
    | ResponseStep
    | LoadStep
    | LogStep
)
KINDS: dict[str, type[Step]] = {kind.kind(): kind for kind in get_args(AnyStep)}
