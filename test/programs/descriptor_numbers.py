# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
# What the functions of os say of numbers that no descriptor has.
import os
for n in (2**31,-2**31-1,2**70,-2**70):
    for name,f in dict(close=os.close, dup=os.dup, umask=os.umask, nice=os.nice, sysconf=os.sysconf, isatty=os.isatty, stat=os.stat, listdir=os.listdir, fchmod=lambda n: os.fchmod(n,0), wstatus=os.WIFEXITED, strerror=os.strerror, lseek=lambda n: os.lseek(99,0,n), dirfd=lambda n: os.stat('x',dir_fd=n), fsync=os.fsync, fchdir=os.fchdir).items():
        try: r=f(n)
        except Exception as e: r=f'{type(e).__name__} {e}'
        print(name,n,r)
