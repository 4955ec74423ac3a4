# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
# __slots__, __weakref__ and __dict__ in classes derived from every kind of built-in type.
import array, collections, os, time, weakref
def sh(f):
    try: return f()
    except Exception as e: return f'{type(e).__name__}: {e}'
for base in (str,int,bytes,tuple,type,list,dict,float,complex,set,frozenset,bytearray,Exception,os.stat_result,time.struct_time,collections.deque,array.array, property, staticmethod, collections.OrderedDict, object, bool):
    print(base.__name__)
    def mk(ns): return type(base) ('X',(base,),ns) if base is not type else type('X',(type,),ns)
    print(' slots', sh(lambda: mk({'__slots__':('a','b')}).__slots__))
    print(' weak', sh(lambda: mk({'__slots__':('__weakref__',)}).__slots__))
    print(' dict', sh(lambda: mk({'__slots__':('__dict__',)}).__slots__))
    print(' empty', sh(lambda: mk({'__slots__':()}).__slots__))
    def w():
        c=mk({}); o={'type':lambda:c('Y',(),{}), 'array':lambda:c('i'),'stat_result':lambda:c(range(10)),'struct_time':lambda:c(range(9)),'date':lambda:c(1,2,3), 'staticmethod':lambda:c(len)}.get(base.__name__, c)()
        weakref.ref(o); return '__weakref__' in c.__dict__, '__dict__' in c.__dict__
    print(' weakref', sh(w))
class S(str):
    __slots__=('q','r')
for text in ('','a','abc','x'*100,'é','€uro','𝔘'*9):
    s=S(text); print(hasattr(s,'q')); s.q=[1]; s.r=text; print(s.q, s.r==text, s==text, len(s)); del s.q; print(hasattr(s,'q')); 
class T(S):
    __slots__=('z','__weakref__')
t=T('abc'); t.z=1; t.q=2; print(t.z,t.q,weakref.ref(t)() is t)
class U(T): pass
u=U('abcd'); u.z=1; u.q=2; u.any=3; print(u.__dict__, u.q, u+'e')
class V(str): pass
v=V('abc'); v.x=1; v.y=2; print(v.__dict__, weakref.ref(v)() is v)
import pickle, copy
print(copy.copy(v).__dict__, pickle.loads(pickle.dumps(v)).x)
