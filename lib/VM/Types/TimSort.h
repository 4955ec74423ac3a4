// Timsort with the powersort merge policy, comparison by comparison as CPython 3.11's list.sort
// (Objects/listsort.txt): a program whose comparisons have effects sees the same ones in the same order.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

namespace coil::vm {

// Sorts `count` items that are moved about as plain memory. less(a, b) gives 1, 0, or -1 when it raised; then
// sort() fails, and every item is still there exactly once.
template <class Item, class Less> class TimSort {
  static constexpr int64_t kMinGallop = 7;
  static constexpr int kMaxPending = 85; // enough for any list that memory can hold

  struct Run {
    Item *base;
    int64_t length;
    int power;
  };

  Less less;
  Item *const items;
  const int64_t count;
  std::vector<Item> scratch;
  Run pending[kMaxPending];
  int pendingCount = 0;
  int64_t minGallop = kMinGallop;

public:
  TimSort(Item *items, int64_t count, Less less) : less(less), items(items), count(count) {}

  bool sort() {
    if (count < 2) return true;
    int64_t remaining = count, minRun = minimalRun(count);
    Item *low = items;
    do {
      bool descending;
      int64_t n = countRun(low, low + remaining, descending);
      if (n < 0) return false;
      if (descending) std::reverse(low, low + n);
      if (n < minRun) {
        int64_t force = std::min(remaining, minRun);
        if (!binarySort(low, low + force, low + n)) return false;
        n = force;
      }
      if (!foundNewRun(n)) return false;
      pending[pendingCount++] = {low, n, 0};
      low += n;
      remaining -= n;
    } while (remaining);
    return collapse();
  }

private:
  static int64_t minimalRun(int64_t n) {
    int64_t rest = 0;
    for (; n >= 64; n >>= 1) rest |= n & 1;
    return n + rest;
  }

  // The length of the run that begins at `low`; -1 when a comparison raised.
  int64_t countRun(Item *low, Item *high, bool &descending) {
    descending = false;
    if (++low == high) return 1;
    int below = less(low[0], low[-1]);
    if (below < 0) return -1;
    descending = below;
    int64_t n = 2;
    for (++low; low < high; ++low, ++n) {
      below = less(low[0], low[-1]);
      if (below < 0) return -1;
      if (bool(below) != descending) break;
    }
    return n;
  }

  // Sorts [low, high), of which [low, start) is sorted.
  bool binarySort(Item *low, Item *high, Item *start) {
    if (low == start) ++start;
    for (; start < high; ++start) {
      Item pivot = *start, *left = low, *right = start;
      do {
        Item *middle = left + ((right - left) >> 1);
        int below = less(pivot, *middle);
        if (below < 0) return false;
        if (below)
          right = middle;
        else
          left = middle + 1;
      } while (left < right);
      std::memmove(static_cast<void *>(left + 1), left, size_t(start - left) * sizeof(Item));
      *left = pivot;
    }
    return true;
  }

  // The depth in the merge tree of the boundary between two neighbouring runs.
  static int powerOf(int64_t start, int64_t n1, int64_t n2, int64_t n) {
    int result = 0;
    int64_t a = 2 * start + n1, b = a + n1 + n2;
    for (;;) {
      ++result;
      if (a >= n) {
        a -= n;
        b -= n;
      } else if (b >= n) {
        return result;
      }
      a <<= 1;
      b <<= 1;
    }
  }

  bool foundNewRun(int64_t length) {
    if (!pendingCount) return true;
    Run &last = pending[pendingCount - 1];
    int power = powerOf(last.base - items, last.length, length, count);
    while (pendingCount > 1 && pending[pendingCount - 2].power > power)
      if (!mergeAt(pendingCount - 2)) return false;
    pending[pendingCount - 1].power = power;
    return true;
  }

  bool collapse() {
    while (pendingCount > 1) {
      int i = pendingCount - 2;
      if (i > 0 && pending[i - 1].length < pending[i + 1].length) --i;
      if (!mergeAt(i)) return false;
    }
    return true;
  }

  bool mergeAt(int i) {
    Item *a = pending[i].base, *b = pending[i + 1].base;
    int64_t na = pending[i].length, nb = pending[i + 1].length;
    pending[i].length = na + nb;
    if (i == pendingCount - 3) pending[i + 1] = pending[i + 2];
    --pendingCount;
    // What of the left run is not above the right run's first item, and of the right run above the left one's
    // last, stays.
    int64_t k = gallopRight(*b, a, na, 0);
    if (k < 0) return false;
    a += k;
    na -= k;
    if (na == 0) return true;
    nb = gallopLeft(a[na - 1], b, nb, nb - 1);
    if (nb <= 0) return nb == 0;
    return na <= nb ? mergeLow(a, na, b, nb) : mergeHigh(a, na, b, nb);
  }

  // Where `key` belongs among a[0:n], before what is equal to it; the search starts at `hint`. -1 when a
  // comparison raised.
  int64_t gallopLeft(const Item &key, Item *a, int64_t n, int64_t hint) {
    int64_t last = 0, offset = 1;
    int below = less(a[hint], key);
    if (below < 0) return -1;
    if (below) {
      int64_t most = n - hint;
      while (offset < most && (below = less(a[hint + offset], key)) > 0) step(last, offset);
      if (below < 0) return -1;
      offset = std::min(offset, most);
      last += hint;
      offset += hint;
    } else {
      int64_t most = hint + 1;
      while (offset < most && (below = less(a[hint - offset], key)) == 0) step(last, offset);
      if (below < 0) return -1;
      offset = std::min(offset, most);
      std::swap(last, offset);
      last = hint - last;
      offset = hint - offset;
    }
    for (++last; last < offset;) {
      int64_t middle = last + ((offset - last) >> 1);
      if ((below = less(a[middle], key)) < 0) return -1;
      if (below)
        last = middle + 1;
      else
        offset = middle;
    }
    return offset;
  }

  // The same, behind what is equal to the key.
  int64_t gallopRight(const Item &key, Item *a, int64_t n, int64_t hint) {
    int64_t last = 0, offset = 1;
    int below = less(key, a[hint]);
    if (below < 0) return -1;
    if (below) {
      int64_t most = hint + 1;
      while (offset < most && (below = less(key, a[hint - offset])) > 0) step(last, offset);
      if (below < 0) return -1;
      offset = std::min(offset, most);
      std::swap(last, offset);
      last = hint - last;
      offset = hint - offset;
    } else {
      int64_t most = n - hint;
      while (offset < most && (below = less(key, a[hint + offset])) == 0) step(last, offset);
      if (below < 0) return -1;
      offset = std::min(offset, most);
      last += hint;
      offset += hint;
    }
    for (++last; last < offset;) {
      int64_t middle = last + ((offset - last) >> 1);
      if ((below = less(key, a[middle])) < 0) return -1;
      if (below)
        offset = middle;
      else
        last = middle + 1;
    }
    return offset;
  }

  static void step(int64_t &last, int64_t &offset) {
    last = offset;
    offset = (offset << 1) + 1;
  }

  static void move(Item *to, const Item *from, int64_t n) {
    std::memmove(static_cast<void *>(to), from, size_t(n) * sizeof(Item));
  }

  Item *borrow(const Item *from, int64_t n) {
    if (int64_t(scratch.size()) < n) scratch.resize(size_t(n));
    std::copy(from, from + n, scratch.begin());
    return scratch.data();
  }

  // Merges neighbours of which the left one is the shorter, from the left.
  bool mergeLow(Item *a, int64_t na, Item *b, int64_t nb) {
    Item *to = a;
    a = borrow(a, na);
    *to++ = *b++;
    int status = --nb == 0 ? 1 : na == 1 ? 2 : mergeLowLoop(to, a, na, b, nb);
    if (status == 2) { // the last of the left run belongs at the end
      move(to, b, nb);
      to[nb] = *a;
      return true;
    }
    move(to, a, na);
    return status == 1;
  }

  // 0: a comparison raised; 1: the right run is empty; 2: one item is left of the left run.
  int mergeLowLoop(Item *&to, Item *&a, int64_t &na, Item *&b, int64_t &nb) {
    int64_t gallop = minGallop;
    for (;;) {
      int64_t countA = 0, countB = 0;
      while (countA < gallop && countB < gallop) {
        int below = less(*b, *a);
        if (below < 0) return 0;
        if (below) {
          *to++ = *b++;
          ++countB, countA = 0;
          if (--nb == 0) return 1;
        } else {
          *to++ = *a++;
          ++countA, countB = 0;
          if (--na == 1) return 2;
        }
      }
      ++gallop;
      do {
        gallop -= gallop > 1;
        minGallop = gallop;
        if ((countA = gallopRight(*b, a, na, 0)) < 0) return 0;
        move(to, a, countA);
        to += countA, a += countA, na -= countA;
        if (na == 1) return 2;
        if (na == 0) return 1; // only where comparisons contradict each other
        *to++ = *b++;
        if (--nb == 0) return 1;
        if ((countB = gallopLeft(*a, b, nb, 0)) < 0) return 0;
        move(to, b, countB);
        to += countB, b += countB, nb -= countB;
        if (nb == 0) return 1;
        *to++ = *a++;
        if (--na == 1) return 2;
      } while (countA >= kMinGallop || countB >= kMinGallop);
      minGallop = ++gallop;
    }
  }

  // Merges neighbours of which the right one is the shorter, from the right.
  bool mergeHigh(Item *a, int64_t na, Item *b, int64_t nb) {
    Item *baseA = a, *to = b + nb - 1, *baseB = borrow(b, nb);
    b = baseB + nb - 1;
    a += na - 1;
    *to-- = *a--;
    int status = --na == 0 ? 1 : nb == 1 ? 2 : mergeHighLoop(to, baseA, a, na, baseB, b, nb);
    if (status == 2) { // the first of the right run belongs at the front
      move(to + 1 - na, a + 1 - na, na);
      to[-na] = *b;
      return true;
    }
    if (nb) move(to - (nb - 1), baseB, nb);
    return status == 1;
  }

  int mergeHighLoop(Item *&to, Item *baseA, Item *&a, int64_t &na, Item *baseB, Item *&b, int64_t &nb) {
    int64_t gallop = minGallop;
    for (;;) {
      int64_t countA = 0, countB = 0;
      while (countA < gallop && countB < gallop) {
        int below = less(*b, *a);
        if (below < 0) return 0;
        if (below) {
          *to-- = *a--;
          ++countA, countB = 0;
          if (--na == 0) return 1;
        } else {
          *to-- = *b--;
          ++countB, countA = 0;
          if (--nb == 1) return 2;
        }
      }
      ++gallop;
      do {
        gallop -= gallop > 1;
        minGallop = gallop;
        int64_t k = gallopRight(*b, baseA, na, na - 1);
        if (k < 0) return 0;
        countA = na - k;
        to -= countA, a -= countA, na -= countA;
        move(to + 1, a + 1, countA);
        if (na == 0) return 1;
        *to-- = *b--;
        if (--nb == 1) return 2;
        if ((k = gallopLeft(*a, baseB, nb, nb - 1)) < 0) return 0;
        countB = nb - k;
        to -= countB, b -= countB, nb -= countB;
        move(to + 1, b + 1, countB);
        if (nb == 1) return 2;
        if (nb == 0) return 1; // only where comparisons contradict each other
        *to-- = *a--;
        if (--na == 0) return 1;
      } while (countA >= kMinGallop || countB >= kMinGallop);
      minGallop = ++gallop;
    }
  }
};

} // namespace coil::vm
