"""The network that is trained: a BERT encoder, a head for the sentiment of the text and one for its aspects.

The sentiment head is BERT's own (a pooler on the first token). Each aspect looks at the tokens
through a query of its own; whether it is mentioned is decided for each, its polarity by one
classifier for all.
"""
import json
from pathlib import Path

import torch
from torch import nn
from transformers import BertConfig, BertForSequenceClassification, BertModel

from weights import of_int8

# Without dropout in attention and with plain products, attention takes half the time on a CPU.
ENCODER = {"hidden_act": "gelu_pytorch_tanh", "attention_probs_dropout_prob": 0., "attn_implementation": "eager"}


class Network(nn.Module):
    """`forward` gives the hidden states; `sentiment` and `aspects` read them."""

    def __init__(self, bert, aspects, classes=3):
        super().__init__()
        width = bert.config.hidden_size
        self.bert, self.width = bert, width
        self.dropout, self.classifier = nn.Dropout(.1), nn.Linear(width, classes)
        self.queries = nn.Linear(width, aspects, bias=False)
        self.mention = nn.Parameter(torch.zeros(aspects, width))
        self.mention_bias = nn.Parameter(torch.zeros(aspects))
        self.polarity_dense, self.polarity = nn.Linear(width, width), nn.Linear(width, classes)
        for linear in (self.classifier, self.queries, self.polarity_dense, self.polarity):
            nn.init.normal_(linear.weight, std=.02)
        nn.init.normal_(self.mention, std=.02)

    def forward(self, ids, mask):
        return self.bert(input_ids=ids, attention_mask=mask).last_hidden_state

    def sentiment(self, hidden):
        """Logits [batch, classes] of the whole text."""
        return self.classifier(self.dropout(self.bert.pooler(hidden))).float()

    def aspects(self, hidden, mask):
        """[batch, aspects, 1 + classes]: the logit that an aspect is mentioned, then those of its polarity."""
        looks = (self.queries(hidden) / self.width ** .5).float().masked_fill(mask.unsqueeze(-1) == 0, -1e4).softmax(1)
        seen = self.dropout(looks.transpose(1, 2).to(hidden.dtype) @ hidden)
        mention = (seen * self.mention).sum(-1, keepdim=True) + self.mention_bias[:, None]
        return torch.cat([mention.float(), self.polarity(torch.tanh(self.polarity_dense(seen))).float()], -1)

    def heads(self):
        """The parameters that are no part of the encoder."""
        return {name: p for name, p in self.named_parameters() if not name.startswith("bert.") or ".pooler." in name}

    def save(self, folder):
        """Writes config.json, heads.json and weights.pt."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.bert.config.save_pretrained(folder)
        torch.save(self.state_dict(), folder / "weights.pt")
        (folder / "heads.json").write_text(json.dumps({"aspects": len(self.mention_bias), "classes": self.polarity.out_features}) + "\n")

    @classmethod
    def load(cls, folder):
        """The network of a folder that `save` wrote."""
        folder = Path(folder)
        heads = json.loads((folder / "heads.json").read_text())
        network = cls(BertModel(BertConfig.from_pretrained(folder, **ENCODER)), heads["aspects"], heads["classes"])
        network.load_state_dict(torch.load(folder / "weights.pt", weights_only=True))
        return network

    @classmethod
    def start(cls, folder, aspects):
        """A network from a folder of `save`, of train.py (a classifier of transformers) or of a shipped int8 model."""
        folder = Path(folder)
        if (folder / "weights.pt").exists():
            return cls.load(folder)
        return cls.of_shipped(folder, aspects) if (folder / "model.onnx").exists() else cls.of_classifier(folder, aspects)

    @classmethod
    def of_classifier(cls, folder, aspects):
        """A network with the weights of a classifier of transformers, and a new head for aspects."""
        held = BertForSequenceClassification.from_pretrained(folder, **ENCODER)
        network = cls(held.bert, aspects)
        network.classifier.load_state_dict(held.classifier.state_dict())
        return network

    @classmethod
    def of_shipped(cls, folder, aspects):
        """A network with the numbers that a shipped int8 file stands for, and a new head for aspects."""
        folder = Path(folder)
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        held = of_int8(folder / "model.onnx")
        network = cls(BertModel(BertConfig(**{k: v for k, v in config.items() if k not in ("pulso", "hidden_act")}, **ENCODER)), aspects)
        bert, put = network.bert, lambda p, value: p.data.copy_(torch.from_numpy(value.copy()))
        put(bert.embeddings.word_embeddings.weight, held["words"])
        put(bert.embeddings.position_embeddings.weight, held["places"])
        bert.embeddings.token_type_embeddings.weight.data.zero_()
        pairs = [(bert.embeddings.LayerNorm, held["norm"]), (bert.pooler.dense, held["pooler"]), (network.classifier, held["classifier"])]
        for layer, h in zip(bert.encoder.layer, held["layers"]):
            a, (w, b), width = layer.attention, h["attention"], network.width
            for n, module in enumerate((a.self.query, a.self.key, a.self.value)):
                pairs.append((module, (w[:, n * width:(n + 1) * width].T, b[n * width:(n + 1) * width])))
            for module, part in ((a.output.dense, "output"), (layer.intermediate.dense, "intermediate"), (layer.output.dense, "down")):
                pairs.append((module, (h[part][0].T, h[part][1])))
            pairs += [(a.output.LayerNorm, h["norm1"]), (layer.output.LayerNorm, h["norm2"])]
        for module, (weight, bias) in pairs:
            put(module.weight, weight), put(module.bias, bias)
        return network
