# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
# Which methods of a subclass of OrderedDict the others call.
from collections import OrderedDict
class O(OrderedDict):
    def __getitem__(s,k): print('get',k); return super().__getitem__(k)
    def __delitem__(s,k): print('del',k); return super().__delitem__(k)
    def __contains__(s,k): print('in',k); return super().__contains__(k)
    def __missing__(s,k): print('missing',k); return 7
    def __setitem__(s,k,v): print('set',k); return super().__setitem__(k,v)
o=O(a=1,b=2,c=3)
print(o.pop('a')); print(o.popitem()); print(o.pop('zz',5))
try: print(o.pop('zz'))
except KeyError as e: print('KeyError',e)
print(o.setdefault('b',3), o.setdefault('q',3)); o.move_to_end('b'); print(o)
