"""The compiled part of motion_fast: domain.machine_time in loops over arrays."""

from __future__ import annotations

import numpy as np

from plotty_tui.domain.machine_time import (
    CORNER_MM,
    INCH_MM,
    LEAST_MM,
    MOST_SKIPPED,
    SLICE_S,
    STEP_MM,
    THIN_MM,
)

from .order.compiled import kernel

STEP_ACROSS_MM = STEP_MM / np.sqrt(2)


@kernel
def flat_length(dx, dy):  # type: ignore[no-untyped-def]
    """See domain.machine_time."""
    return np.sqrt(dx * dx + dy * dy)


@kernel
def segment_seconds(length, v0, v1, top, accel):  # type: ignore[no-untyped-def]
    """See domain.machine_time."""
    rising, falling = (top - v0) / accel, (top - v1) / accel
    ramps = (2 * top * top - v0 * v0 - v1 * v1) / (2 * accel)
    if length > ramps + SLICE_S * top and length / top > 0.1:
        seconds = (length - ramps) / top
        if rising >= SLICE_S:
            seconds += rising
        if falling >= SLICE_S:
            seconds += falling
        return max(np.floor(1000 * seconds + 0.5), 1.0) / 1000
    full = accel
    if ramps > 0 and length >= 0.9 * ramps:
        accel *= 0.9 * ramps / length
    peak = np.sqrt(accel * length + (v0 * v0 + v1 * v1) / 2)
    rising, falling = (peak - v0) / accel, (peak - v1) / accel
    up, down = np.floor(rising / SLICE_S), np.floor(falling / SLICE_S)
    if up + down > 4:
        seconds = rising if up > 0 else 0.0
        if down > 0:
            seconds += falling * (down - 1) / down if v0 == 0 and v1 == 0 else falling
    else:
        mean = (v0 + peak) / 2
        seconds = 2 * length / (mean + v1)
        if max(seconds, (mean - v1) / full) < 2 * SLICE_S:
            seconds = length / peak
    return max(np.floor(1000 * seconds + 0.5), 1.0) / 1000


@kernel
def is_straight(xs, ys, first, last):  # type: ignore[no-untyped-def]
    """See domain.machine_time."""
    dx, dy = xs[last] - xs[first], ys[last] - ys[first]
    square = dx * dx + dy * dy
    for k in range(last - 1, first, -1):
        px, py = xs[k] - xs[first], ys[k] - ys[first]
        along = min(max((px * dx + py * dy) / square, 0.0), 1.0) if square > 0 else 0.0
        ex, ey = px - along * dx, py - along * dy
        if ex * ex + ey * ey >= THIN_MM * THIN_MM:
            return False
    return True


@kernel
def single(mm):  # type: ignore[no-untyped-def]
    """See domain.machine_time."""
    return np.float64(np.float32(mm / INCH_MM)) * INCH_MM


@kernel
def vertex_speeds(dx, dy, lengths, speeds, n, top, accel):  # type: ignore[no-untyped-def]
    """See domain.machine_time."""
    speeds[0] = 0.0
    for k in range(n - 1):
        square = speeds[k] * speeds[k] + 2 * accel * single(lengths[k])
        cosine = (dx[k] * dx[k + 1] + dy[k] * dy[k + 1]) / (lengths[k] * lengths[k + 1])
        half = np.sqrt(max(1 + cosine, 0.0) / 2)
        if half < 1:
            square = min(square, accel * CORNER_MM * half / (1 - half))
        speeds[k + 1] = single(min(np.sqrt(square), top))
    speeds[n] = 0.0
    for k in range(n - 1, 0, -1):
        braked = np.sqrt(speeds[k + 1] * speeds[k + 1] + 2 * accel * single(lengths[k]))
        speeds[k] = min(speeds[k], single(braked))


@kernel
def machine_times(xs, ys, starts, x, y, top, accel, hop_top, hop_accel, lift):  # type: ignore[no-untyped-def]
    """(mm of hop, seconds of hop, seconds of drawing, mm of ink) for each stroke."""
    count = len(starts) - 1
    longest = 1
    for i in range(count):
        longest = max(longest, starts[i + 1] - starts[i])
    dx, dy = np.empty(longest), np.empty(longest)
    lengths, speeds = np.empty(longest), np.empty(longest + 1)
    to_a, to_b = np.empty(longest), np.empty(longest)
    out = np.zeros((4, count))
    at_a, at_b = np.floor((x + y) / STEP_MM + 0.5), np.floor((x - y) / STEP_MM + 0.5)
    for i in range(count):
        first, last = starts[i], starts[i + 1] - 1
        out[0, i] = flat_length(xs[first] - x, ys[first] - y)
        next_a = np.floor((xs[first] + ys[first]) / STEP_MM + 0.5)
        next_b = np.floor((xs[first] - ys[first]) / STEP_MM + 0.5)
        if next_a != at_a or next_b != at_b:
            hop = flat_length(next_a - at_a, next_b - at_b) * STEP_ACROSS_MM
            out[1, i] = segment_seconds(hop, 0.0, 0.0, hop_top, hop_accel)
        at_a, at_b = next_a, next_b
        n = np.int64(0)
        x, y = xs[first], ys[first]
        anchor = first
        while anchor < last:
            end = anchor + 1
            while (
                end < last and end - anchor < MOST_SKIPPED and is_straight(xs, ys, anchor, end + 1)
            ):
                end += 1
            for k in range(anchor, end):
                out[3, i] += flat_length(xs[k + 1] - xs[k], ys[k + 1] - ys[k])
            length = flat_length(xs[end] - x, ys[end] - y)
            if length >= LEAST_MM:
                dx[n], dy[n], lengths[n] = xs[end] - x, ys[end] - y, length
                to_a[n] = np.floor((xs[end] + ys[end]) / STEP_MM + 0.5)
                to_b[n] = np.floor((xs[end] - ys[end]) / STEP_MM + 0.5)
                n += 1
                x, y = xs[end], ys[end]
            anchor = end
        if n:
            vertex_speeds(dx, dy, lengths, speeds, n, top, accel)
        for k in range(n):
            if to_a[k] != at_a or to_b[k] != at_b:
                length = flat_length(to_a[k] - at_a, to_b[k] - at_b) * STEP_ACROSS_MM
                out[2, i] += segment_seconds(length, speeds[k], speeds[k + 1], top, accel)
            at_a, at_b = to_a[k], to_b[k]
        out[2, i] += lift
        x, y = xs[last], ys[last]
        at_a = np.floor((x + y) / STEP_MM + 0.5)
        at_b = np.floor((x - y) / STEP_MM + 0.5)
    return out[0], out[1], out[2], out[3]
