# Paths of cached files and sources, against importlib.util.
# RUN: %python %s
import importlib.util
import os
import subprocess
import sys

if not sys.argv[1:]:
    names = ["a.py", "a/b.py", "/x/y/z.py", "noext", "a.b.c.py", "./q.py", "../r.py", ".hidden", "/abs.py", "d//e.py"]
    for prefix in (None, "/tmp/cache", "rel/cache"):
        sys.pycache_prefix = prefix
        environment = {**os.environ, **({"PYTHONPYCACHEPREFIX": prefix} if prefix else {})}
        for optimization in ("", "1", "2", "x9"):
            options = ["-O", optimization] if optimization else []
            expected = [importlib.util.cache_from_source(n, optimization=optimization) for n in names]
            ours = subprocess.run(["pycache", "path", *options, *names], env=environment, stdout=subprocess.PIPE,
                                  encoding="utf-8", check=True).stdout.splitlines()
            assert ours == expected, f"{prefix} {optimization}\n{ours}\n{expected}"
            for cached in expected:
                if not cached.endswith(".pyc"):
                    continue
                back = subprocess.run(["pycache", "path", cached], env=environment, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, encoding="utf-8")
                try:
                    source = importlib.util.source_from_cache(cached)
                except ValueError as e:
                    assert back.returncode == 1 and back.stderr == f"pycache: error: {e}\n", (back.stderr, e)
                else:
                    assert back.stdout == source + "\n", (cached, back.stdout, source)
        for cached in ("x.pyc", "__pycache__/x.pyc", "__pycache__/a.b.c.d.e.pyc", "__pycache__/a.t.opt-.pyc",
                       "__pycache__/a.t.xpt-1.pyc", "__pycache__/a.t.opt-1!.pyc"):
            back = subprocess.run(["pycache", "path", cached], env=environment, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, encoding="utf-8")
            try:
                importlib.util.source_from_cache(cached)
                raise AssertionError(cached)
            except ValueError as e:
                assert back.returncode == 1 and back.stderr == f"pycache: error: {e}\n", (back.stderr, e)
