"""Many decimal numbers at once: eight characters at a time as one integer.

A number of at most 15 digits is a whole number below 2^53 over a power of ten below 10^22; both
are exact, so that their quotient is the nearest number there is, as `float` gives it.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

_MOST = 16  # characters, sign apart
# As many numbers as fit in the processor's cache with what is made of them.
_AT_ONCE = 1 << 14
_DOTS = np.uint64(0x2E2E2E2E2E2E2E2E)
_ONES = np.uint64(0x0101010101010101)
_TOPS = np.uint64(0x8080808080808080)
_HIGH = np.uint64(0xF0F0F0F0F0F0F0F0)
_ZEROS = np.uint64(0x3030303030303030)
_POWERS = 10.0 ** np.arange(_MOST)
# The last n of eight characters, which are the highest bytes.
_LAST = np.array([((1 << 64) - 1) >> 8 * (8 - n) << 8 * (8 - n) for n in range(9)], np.uint64)
_U = np.uint64


def parse_decimals(text: bytes, first: Any, after: Any) -> Any | None:
    """The numbers that begin at the bytes `first` and end before `after`; None if one of them is
    too long, has an exponent or is no number."""
    if sys.byteorder != "little" or not len(first):
        return None if len(first) else np.empty(0)
    padded = np.frombuffer(bytes(_MOST) + text, np.uint8)
    words = np.ndarray((len(padded) - 7,), np.uint64, padded, strides=(1,))
    values = np.empty(len(first))
    for begin in range(0, len(first), _AT_ONCE):
        part = slice(begin, begin + _AT_ONCE)
        if not _parse(padded, words, first[part] + _MOST, after[part] + _MOST, values[part]):
            return None
    return values


def _parse(data: Any, words: Any, first: Any, after: Any, values: Any) -> bool:
    """Put the numbers into `values`; False if there is one that cannot be read here."""
    lead = data[first]
    size = after - first - (lead < ord("."))
    longest = size.max()
    if longest > _MOST or size.min() < 1:
        return False
    low = words[after - 8] & _LAST[np.minimum(size, 8)]
    places = np.zeros(len(first), np.int64)
    if longest <= 8:
        low, places = _without_dot(low, _U(0), places)
        digits = size - (places > 0)
        if digits.min() < 1 or not _all_digits(low, digits):
            return False
        whole = _eight_digits(low).astype(np.float64)
    else:
        high = words[after - 16] & _LAST[np.maximum(size - 8, 0)]
        carried = high >> _U(56)
        dotted, places = _without_dot(low, carried, places)
        moved = places > 0
        high[moved] <<= _U(8)
        rest, more = _without_dot(high, _U(0), np.zeros(len(first), np.int64))
        if (moved & (more > 0)).any():
            return False
        low, high = dotted, rest
        places = np.where(more > 0, more + 8, places)
        digits = size - (places > 0)
        if digits.max() > _MOST - 1 or not (
            _all_digits(low, np.minimum(digits, 8)) and _all_digits(high, np.maximum(digits - 8, 0))
        ):
            return False
        whole = _eight_digits(high) * 1e8 + _eight_digits(low)
    np.divide(whole, _POWERS[np.maximum(places - 1, 0)], out=values)
    np.negative(values, out=values, where=lead == ord("-"))
    return True


def _without_dot(word: Any, carried: Any, places: Any) -> tuple[Any, Any]:
    """The characters with the dot taken out and those before it moved up, `carried` first; and
    one more than the digits after the dot, 0 where there is none."""
    other = word ^ _DOTS
    found = (other - _ONES) & ~other & _TOPS
    found &= ~found + _U(1)  # the lowest
    has = found != 0
    mask = _U(0) - has.astype(np.uint64)
    below = ((found >> _U(7)) - _U(1)) & mask
    through = ((found << _U(1)) - _U(1)) & mask
    moved = (word & ~through) | ((word & below) << _U(8)) | (carried & mask)
    return moved, places + has * (8 - (np.bitwise_count(below).astype(np.int64) >> 3))


def _all_digits(word: Any, digits: Any) -> bool:
    """Whether the last so many characters are digits."""
    mask = _LAST[digits]
    return bool(((word & _HIGH & mask) == (_ZEROS & mask)).all())


def _eight_digits(word: Any) -> Any:
    """The number that eight characters are, the first of them in the lowest byte."""
    word = word & _U(0x0F0F0F0F0F0F0F0F)
    word = (word * _U(2561) >> _U(8)) & _U(0x00FF00FF00FF00FF)
    word = (word * _U(6553601) >> _U(16)) & _U(0x0000FFFF0000FFFF)
    return word * _U(42949672960001) >> _U(32)
