import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { type AspectsOutput, aspectsObject } from './aspects.js'
import { type LabelMap, mapLabels } from './labels.js'
import { preprocessor, type Replacement } from './preprocessing.js'

/** What a model directory says about its model. Plain data: it travels to the workers as it is. */
export interface ModelDirectory {
  readonly dir: string
  /** Name and version, as in `sentiment-es-en-pt@1.0.0`. */
  readonly id: string
  readonly onnxFile: string
  readonly labels: LabelMap
  /** Logits are divided by it before the softmax (temperature scaling, Guo et al. 2017). */
  readonly temperature: number
  /** A confidence below it is marked as not sure. */
  readonly unsureBelow: number
  /** Tokens of one text, special ones included; the rest of a longer text is not read. */
  readonly maxTokens: number
  readonly preprocessing: readonly Replacement[]
  /** Token ids below it are in the vocabulary. */
  readonly vocabulary: number
  /** Languages that the model was made for, as in `es`; null when it does not say. */
  readonly languages: readonly string[] | null
  readonly graphOptimization: 'disabled' | 'basic' | 'extended' | 'all'
  /** How the model is asked about one aspect of a text, as in `{aspect}: {words} | {text}`; null when it is no such model. */
  readonly question: string | null
  /** What the model says of aspects; null when it knows none. */
  readonly aspects: AspectsOutput | null
}

const onnxFiles = ['model.onnx', 'onnx/model.onnx', 'model_quantized.onnx', 'onnx/model_quantized.onnx'] as const

/** Positions that RoBERTa-like models count from `pad_token_id + 1`, so that fewer are left for tokens. */
const offsetPositions = new Set(['roberta', 'xlm-roberta', 'camembert', 'roberta-prelayernorm', 'xlm-roberta-xl'])

const pulsoObject = z.object({
  name: z.string().min(1).optional(),
  version: z.string().min(1).optional(),
  temperature: z.number().positive().default(1),
  unsureBelow: z.number().min(0).max(1).default(0.5),
  maxTokens: z.number().int().min(3).optional(),
  preprocessing: z
    .array(z.object({ pattern: z.string(), flags: z.string().optional(), replacement: z.string() }))
    .default([]),
  languages: z.array(z.string().min(2)).nullable().default(null),
  graphOptimization: z.enum(['disabled', 'basic', 'extended', 'all']).default('all'),
  question: z
    .string()
    .refine((asked) => asked.includes('{aspect}') && asked.includes('{text}'), 'must hold {aspect} and {text}')
    .nullable()
    .default(null),
  aspects: aspectsObject.nullable().default(null),
})

const configObject = z.object({
  model_type: z.string().optional(),
  id2label: z.record(z.string(), z.string()),
  vocab_size: z.number().int().positive().default(100),
  max_position_embeddings: z.number().int().positive().optional(),
  pad_token_id: z.number().int().nullish(),
  pulso: pulsoObject.default(pulsoObject.parse({})),
})

/** Models without a stated limit; more would be slow and is longer than any post. */
const defaultMaxTokens = 512

function positions(config: z.infer<typeof configObject>): number {
  const all = config.max_position_embeddings ?? defaultMaxTokens
  return offsetPositions.has(config.model_type ?? '') ? all - (config.pad_token_id ?? 1) - 1 : all
}

/** A version for a model that states none: the same bytes have the same version. */
async function fingerprint(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const file of files) await pipeline(createReadStream(file), hash, { end: false })
  return `sha256-${hash.digest('hex').slice(0, 12)}`
}

/**
 * Reads a Hugging Face model directory: config.json, tokenizer.json and an ONNX file. The object `pulso` in
 * config.json is optional; without it the version is a fingerprint of the files.
 * @throws with the file and the remedy when a file is missing or says something that cannot be used.
 */
export async function readModelDirectory(dir: string): Promise<ModelDirectory> {
  const folder = resolve(dir)
  const configFile = join(folder, 'config.json')
  for (const file of [configFile, join(folder, 'tokenizer.json')])
    if (!existsSync(file))
      throw new Error(
        `${file} is missing: a model is a Hugging Face directory with config.json, tokenizer.json and an ONNX file`,
      )
  const onnxFile = onnxFiles.map((name) => join(folder, name)).find((file) => existsSync(file))
  if (onnxFile === undefined)
    throw new Error(`${folder} has no ONNX file: looked for ${onnxFiles.join(', ')}; export the model to ONNX first`)
  const config = parseConfig(await readFile(configFile, 'utf8'), configFile)
  const { pulso } = config
  const maxTokens = Math.min(pulso.maxTokens ?? defaultMaxTokens, positions(config))
  preprocessor(pulso.preprocessing, maxTokens)
  const version = pulso.version ?? (await fingerprint([configFile, join(folder, 'tokenizer.json'), onnxFile]))
  return {
    dir: folder,
    id: `${pulso.name ?? basename(folder)}@${version}`,
    onnxFile,
    labels: mapLabels(config.id2label, configFile),
    temperature: pulso.temperature,
    unsureBelow: pulso.unsureBelow,
    maxTokens,
    preprocessing: pulso.preprocessing,
    vocabulary: config.vocab_size,
    languages: pulso.languages,
    graphOptimization: pulso.graphOptimization,
    question: pulso.question,
    aspects: pulso.aspects,
  }
}

function parseConfig(text: string, file: string): z.infer<typeof configObject> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new Error(`${file} is no JSON: ${String(error)}`, { cause: error })
  }
  const parsed = configObject.safeParse(json)
  if (!parsed.success) throw new Error(`${file} cannot be used: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}
