import { choice, count, flag, folderShares, path, text } from './parsers.js'
import { setting } from './setting.js'

/** Directories of the models that ship. */
interface ShippedModels {
  readonly sentiment: string
  readonly aspects: string
}

/** Settings of the sentiment model and of the one for aspects. */
export const modelSettings = (shipped: ShippedModels) => ({
  sentiment: setting('PULSO_SENTIMENT', flag, 'true', 'Whether texts are scored.'),
  modelDir: setting('PULSO_MODEL_DIR', path, shipped.sentiment, 'Hugging Face directory of the sentiment model.'),
  aspectModelDir: setting(
    'PULSO_ASPECT_MODEL_DIR',
    text,
    shipped.aspects,
    'Directory of the model that is asked about each aspect that a text names ([models.md](models.md#aspects)); empty asks the sentiment model about the clauses that speak of it.',
  ),
  modelWorkers: setting(
    'PULSO_MODEL_WORKERS',
    count(0, 64),
    '0',
    'Worker threads of the model; 0 chooses by the number of cores.',
  ),
  modelProvider: setting(
    'PULSO_MODEL_PROVIDER',
    choice('auto', 'cpu', 'openvino', 'webgpu', 'cuda', 'tensorrt'),
    'auto',
    'What computes the model: `cpu`, onnxruntime, which is always there; `openvino`, when its runtime is found; `webgpu`, `cuda` or `tensorrt`, a graphics processor; `auto` takes CUDA where it is found, OpenVINO where its folder is named, else `cpu`, and the log says which and why. See [models.md](models.md#where-it-is-computed).',
  ),
  modelPrecision: setting(
    'PULSO_MODEL_PRECISION',
    choice('auto', 'fp32', 'fp16', 'bf16', 'int8'),
    'auto',
    'Numbers that the model is computed with, where the provider has a choice.',
  ),
  openVinoDir: setting(
    'PULSO_OPENVINO_DIR',
    text,
    '',
    "Folder of OpenVINO's libraries (of `libopenvino_c`); empty looks for one.",
  ),
  modelTrials: setting(
    'PULSO_MODEL_TRIALS',
    folderShares,
    '',
    'Directories of other models on trial, each with the share of texts that it scores instead, as in `models/next=10%`. Which model a text goes to depends on the text alone; each score names its model.',
  ),
  modelCache: setting('PULSO_MODEL_CACHE', count(0, 10_000_000), '50000', 'Scored texts kept in memory.'),
})
