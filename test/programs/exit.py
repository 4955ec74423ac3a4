# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
import sys

print("out")
sys.stderr.write("err\n")
try:
    sys.exit("message")
finally:
    print("last")
