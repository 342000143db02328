"""Makes tests/fixtures/tiny-transformers: small classifiers as `transformers` builds and `torch` exports them.

Architectures of the BERT family over the tokenizers of tests/fixtures/tiny-bert, weights random,
with reference.json: token ids and probabilities as `transformers` gives them, one text a run.
Needs torch and transformers (and onnx for the export).

    python tests/support/make-transformers-models.py
"""
import json
from pathlib import Path

import torch
from transformers import (BertConfig, BertForSequenceClassification, DistilBertConfig, DistilBertForSequenceClassification, PreTrainedTokenizerFast,
                          RobertaConfig, RobertaForSequenceClassification, XLMRobertaConfig, XLMRobertaForSequenceClassification)

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
POSITIONS = 80
SMALL = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32, "initializer_range": 0.3}
THREE = {0: "negative", 1: "neutral", 2: "positive"}
STARS = {n: f"{n + 1} star{'s' * (n > 0)}" for n in range(5)}
MODELS = {
    "bert": ("wordpiece", BertForSequenceClassification, BertConfig, dict(SMALL, pad_token_id=0, id2label=STARS, max_position_embeddings=POSITIONS)),
    "distilbert": ("wordpiece", DistilBertForSequenceClassification, DistilBertConfig,
                   dict(dim=16, n_layers=2, n_heads=2, hidden_dim=32, initializer_range=0.3, pad_token_id=0, id2label={0: "NEGATIVE", 1: "POSITIVE"},
                        max_position_embeddings=POSITIONS)),
    "roberta": ("byte-level-bpe", RobertaForSequenceClassification, RobertaConfig,
                dict(SMALL, pad_token_id=1, id2label=THREE, max_position_embeddings=POSITIONS + 2, type_vocab_size=1)),
    "xlm-roberta": ("unigram", XLMRobertaForSequenceClassification, XLMRobertaConfig,
                    dict(SMALL, pad_token_id=1, id2label=THREE, max_position_embeddings=POSITIONS + 2, type_vocab_size=1)),
}


def main():
    texts = [case["text"] for case in json.loads((FIXTURES / "tiny-bert/wordpiece/reference.json").read_text(encoding="utf-8"))["cases"]]
    for seed, (name, (tokenized, made, config, given)) in enumerate(MODELS.items()):
        torch.manual_seed(seed)
        out = FIXTURES / "tiny-transformers" / name
        out.mkdir(parents=True, exist_ok=True)
        (out / "tokenizer.json").write_bytes((FIXTURES / "tiny-bert" / tokenized / "tokenizer.json").read_bytes())
        tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(out / "tokenizer.json"))
        model = made(config(vocab_size=len(tokenizer), attn_implementation="eager", **given)).eval()
        model.config.save_pretrained(out)
        names = ["input_ids", "attention_mask"] + ["token_type_ids"] * (name == "bert")
        example = [torch.full((2, 7), 5), torch.ones(2, 7, dtype=torch.int64), torch.zeros(2, 7, dtype=torch.int64)][:len(names)]
        free = {n: {0: "batch", 1: "sequence"} for n in names} | {"logits": {0: "batch"}}
        torch.onnx.export(model, (), str(out / "model.onnx"), kwargs=dict(zip(names, example)), input_names=names, output_names=["logits"],
                          dynamic_axes=free, opset_version=17, dynamo=False)
        cases = []
        for text in texts:
            ids = tokenizer(text, truncation=True, max_length=POSITIONS)["input_ids"]
            with torch.inference_mode():
                p = model(input_ids=torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.int64)).logits.double().softmax(-1)[0]
            cases.append({"text": text, "ids": ids, "outputs": [round(float(x), 7) for x in p]})
        about = {"about": "Made by tests/support/make-transformers-models.py; outputs in the order of id2label", "cases": cases}
        (out / "reference.json").write_text(json.dumps(about, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
        print(name, {f.name: f.stat().st_size for f in sorted(out.iterdir())})


main()
