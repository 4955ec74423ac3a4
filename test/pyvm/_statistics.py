# _statistics: quantiles of the normal distribution, to the bit.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import sys
del sys.path[0]
import _statistics
import statistics

quantile = _statistics._normal_dist_inv_cdf
assert statistics._normal_dist_inv_cdf is quantile
for p, value in [(0.5, 1.0),
                 (0.1, -1.5631031310892016),
                 (0.3, -0.048801025416081334),
                 (0.9999999999999999, 17.41907230320277),
                 (1e-300, -73.0941925987224),
                 (0.99, 5.6526957480816815),
                 (1e-10, -11.722681804808111),
                 (0.075, -1.8790629418769114)]:
    assert quantile(p, 1, 2) == value, (p, quantile(p, 1, 2))
assert repr(quantile(float('nan'), 0, 1)) == 'nan'
for args in [(0, 0, 1), (1, 0, 1), (0.3, 1, -1), (0.3, 1, 0)]:
    try:
        quantile(*args)
    except ValueError as error:
        assert str(error) == 'inv_cdf undefined for these parameters'
    else:
        raise AssertionError
try:
    quantile('x', 1, 2)
except TypeError as error:
    assert str(error) == 'must be real number, not str'
assert abs(statistics.NormalDist(5, 2).inv_cdf(0.5) - 5) < 1e-12
