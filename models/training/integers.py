"""Numbers as int8 and as four bits, as the shipped file holds them."""
import numpy as np

BLOCK = 32


def int8_columns(matrix):
    """([in, out] int8, [out] scales) of a matrix: one scale a column, symmetric."""
    scales = (np.maximum(np.abs(matrix).max(0), 1e-8) / 127).astype(np.float32)
    return np.clip(np.round(matrix / scales), -127, 127).astype(np.int8), scales


def int8_rows(table):
    """(int8 table, [rows, 1] scales): one scale a row, symmetric."""
    q, scales = int8_columns(table.T)
    return np.ascontiguousarray(q.T), scales[:, None]


def four_bit_rows(table, shares=(1, .92, .85, .78)):
    """(uint8 [rows, width / 2], [rows, blocks] scales): two numbers a byte, the first in the low half; 8 stands for 0.

    The scale of a block of 32 is the one of a few with the least error. The base of the model
    was in blocks of 32 with the largest value at -8: such rows come out as they went in.
    """
    x = table.reshape(len(table), -1, BLOCK)
    peak = np.take_along_axis(x, np.abs(x).argmax(2)[..., None], 2)
    least = chosen = scales = None
    for share in shares:
        for scale in (peak / -8 * share, np.abs(peak) / 7 * share):
            scale = scale.astype(np.float16).astype(np.float32)
            scale[scale == 0] = 1e-6
            q = np.clip(np.round(x / scale), -8, 7)
            error = ((q * scale - x) ** 2).sum(2, keepdims=True)
            better = error < least if least is not None else np.ones_like(error, bool)
            least = error if least is None else np.where(better, error, least)
            chosen = q if chosen is None else np.where(better, q, chosen)
            scales = scale if scales is None else np.where(better, scale, scales)
    steps = (chosen.reshape(len(table), -1) + 8).astype(np.uint8)
    return steps[:, ::2] | (steps[:, 1::2] << 4), scales[..., 0].astype(np.float32)
