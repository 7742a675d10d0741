"""Start a worker: run by path in the app's interpreter, so whatever Python that is must be able to read it.

It makes `routelab` importable, and nothing else that is installed beside it: the project's packages count.
Arguments: the token that begins each of the worker's first lines, the folder of the package, what to do.
"""

import os
import sys


def _begin(token, package, role):  # type: ignore[no-untyped-def]
    here = os.path.dirname(os.path.abspath(__file__))
    if sys.path and os.path.abspath(sys.path[0] or ".") == here:
        del sys.path[0]
    version = "%d.%d.%d" % sys.version_info[:3]
    if sys.version_info < (3, 11):
        sys.stdout.write('%s {"python": "%s"}\n' % (token, version))
        sys.stdout.flush()
        return
    from importlib.util import module_from_spec, spec_from_file_location

    init = os.path.join(package, "__init__.py")
    spec = spec_from_file_location("routelab", init, submodule_search_locations=[package])
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["routelab"] = module
    spec.loader.exec_module(module)

    from routelab.worker.loop import serve

    serve(token, version, role)


if __name__ == "__main__":
    _begin(*sys.argv[1:4])  # type: ignore[no-untyped-call]
