# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
# What functions say of integers that do not fit a C int.
import gc, sys, time, itertools
for n in (2**31, -2**31-1, 2**70, -2**70, 1.5):
    for name,f in dict(setdl=lambda: sys.setdlopenflags(n), origin=lambda: sys.set_coroutine_origin_tracking_depth(n), rec=lambda: sys.setrecursionlimit(n), gcc=lambda: gc.collect(n), dbg=lambda: gc.set_debug(n), thr=lambda: gc.set_threshold(n), clk=lambda: time.clock_gettime(n), cyc=lambda: itertools.cycle('a').__setstate__(([],n)), mkt=lambda: time.mktime((n,)+(1,)*8), asc=lambda: time.asctime((1,n)+(1,)*7)).items():
        try: r=f()
        except Exception as e: r=f'{type(e).__name__}: {e}'
        print(name, n, r)
    gc.set_debug(0); gc.set_threshold(700,10,10)
