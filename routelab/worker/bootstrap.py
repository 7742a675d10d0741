"""Start a worker: run by path in the app's interpreter, so whatever Python that is must be able to read it.

It makes `routelab` importable, and nothing else that is installed beside it: the project's packages count.
Arguments: the token that begins each of the worker's lines, the folder of the package, the number of the
tool's process (0 where it means nothing here), and its role: "app:flask" serves an app, with the engine
loaded ahead; "parent:flask" forks workers that have it.
"""

import gc
import os
import sys

gc.disable()  # what is imported stays, so it is not searched for garbage; `service.prepare` puts it on again


def _begin(token, package, tool, role):  # type: ignore[no-untyped-def]
    here = os.path.dirname(os.path.abspath(__file__))
    if sys.path and os.path.abspath(sys.path[0] or ".") == here:
        del sys.path[0]
    if sys.version_info < (3, 11):
        sys.stdout.write('%s {"python": "%d.%d.%d"}\n' % ((token,) + sys.version_info[:3]))  # noqa: RUF005 - for Python 2
        sys.stdout.flush()
        return
    # None of these before the line above: an old Python could not read routelab's own.
    from importlib.util import module_from_spec, spec_from_file_location

    init = os.path.join(package, "__init__.py")
    spec = spec_from_file_location("routelab", init, submodule_search_locations=[package])
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["routelab"] = module
    spec.loader.exec_module(module)

    kind, _, engine = role.partition(":")
    if kind == "parent":
        from routelab.worker.forking import serve_forks as serve
    else:
        from routelab.worker.loop import serve

    serve(token, int(tool), engine)


if __name__ == "__main__":
    _begin(*sys.argv[1:5])  # type: ignore[no-untyped-call]
