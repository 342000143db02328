"""What the lower layers of an encoder give for texts, computed once where those layers are not trained."""
import numpy as np
import torch

from batching import by_tokens, padded


def additive(mask):
    """What attention adds to its scores, [batch, 1, 1, sequence]."""
    return (1. - mask[:, None, None].float()) * torch.finfo(torch.float32).min


def through(layers, hidden, mask):
    """Hidden states after some layers of the encoder."""
    for layer in layers:
        hidden = layer(hidden, additive(mask).to(hidden.dtype))
        hidden = hidden[0] if isinstance(hidden, tuple) else hidden
    return hidden


def first_token(layer, hidden, mask):
    """The hidden state of the first token, [batch, 1, width], after a layer: nothing else is computed."""
    own, first = layer.attention.self, hidden[:, :1]
    split = lambda x: x.view(*x.shape[:2], -1, own.attention_head_size).transpose(1, 2)
    looks = split(own.query(first)) @ split(own.key(hidden)).transpose(2, 3) / own.attention_head_size ** .5
    seen = (looks.float() + additive(mask)).softmax(-1).to(hidden.dtype) @ split(own.value(hidden)).to(hidden.dtype)
    said = layer.attention.output(seen.transpose(1, 2).reshape(first.shape), first)
    return layer.output(layer.intermediate(said), said)


class Lower:
    """Texts as what the lower layers give for them, half precision, without padding."""

    def __init__(self, network, ids, frozen):
        self.states = [None] * len(ids)
        network.eval()
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            for batch in by_tokens(ids, 1024):
                x, mask = map(torch.from_numpy, padded(ids, batch))
                hidden = through(network.bert.encoder.layer[:frozen], network.bert.embeddings(input_ids=x), mask).to(torch.float16).numpy()
                for row, i in enumerate(batch):
                    self.states[i] = hidden[row, :len(ids[i])].copy()
        self.lengths = [range(len(i)) for i in ids]

    def batch(self, rows):
        """(states, mask) of some texts, padded."""
        width = max(len(self.states[i]) for i in rows)
        out, mask = np.zeros((len(rows), width, self.states[rows[0]].shape[1]), np.float32), np.zeros((len(rows), width), np.int64)
        for row, i in enumerate(rows):
            out[row, :len(self.states[i])], mask[row, :len(self.states[i])] = self.states[i], 1
        return torch.from_numpy(out), torch.from_numpy(mask)
