import { availableParallelism, cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { readFile } from '../connectors/file.js'
import { readModelDirectory } from '../models/directory.js'
import { preprocessor } from '../models/preprocessing.js'
import { providerNames } from '../models/providers/index.js'
import { precisions } from '../models/providers/provider.js'
import { openSentimentModel } from '../models/sentiment-model.js'
import { loadTokenizer } from '../models/tokenizer/tokenizer.js'
import { projectPath } from '../streams/project.js'
import { type ProviderRate, rateLine, rateWith } from './sentiment/by-provider.js'
import { makeFewerLayers } from './sentiment/fewer-layers.js'
import { median, quantile, rounded, secondsOf } from './sentiment/figures.js'
import { latencies, loopDelay, scoreAll } from './sentiment/ours.js'
import { makeReference, timePython } from './sentiment/python.js'
import { openStock } from './sentiment/stock.js'

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const megabytes = (): number => Math.round(process.memoryUsage.rss() / 1e6)
const longestLine = 1 << 20
/** Of a model of the class of MiniLM-L6: layers of 384. */
const fewLayers = 6

async function shippedPosts(): Promise<readonly string[]> {
  const texts: string[] = []
  for await (const item of readFile(projectPath('samples/news-es.jsonl.gz'), longestLine))
    if (item.kind === 'fields' && typeof item.fields.text === 'string') texts.push(item.fields.text)
  return texts
}

/** @throws when the value of a flag is none of those it may have */
function oneOf<Value extends string>(flag: string, value: string, values: readonly Value[]): Value {
  const found = values.find((each) => each === value)
  if (found === undefined) throw new Error(`--${flag} is "${value}": it may be ${values.join(', ')}`)
  return found
}

/**
 * How fast texts are scored, on the shipped posts in the order they came, another slice of them each run. In each run
 * the same slice goes through Pulso (tokenizing, repeated texts and all) and through stock onnxruntime as int8 of the
 * same model, 32 texts a run, already cut into tokens. transformers + PyTorch run over `--python-texts` texts a run
 * afterwards. The last two need a Python with onnx, onnxruntime, torch and transformers: BENCH_PYTHON names it;
 * without one their ratios are null. Rates are medians of the runs; ratios to onnxruntime are medians of the ratios of
 * each run, so that a busy machine slows both. At the end the model and one of six of its layers, of the size of
 * MiniLM-L6, run with each provider of `--compare` that can be used.
 */
export async function bench(args: readonly string[]): Promise<object> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      model: { type: 'string', default: projectPath('models/sentiment-es-en-pt') },
      provider: { type: 'string', default: 'cpu' },
      precision: { type: 'string', default: 'auto' },
      workers: { type: 'string', default: String(availableParallelism()) },
      runs: { type: 'string', default: '5' },
      texts: { type: 'string', default: '1024' },
      'python-texts': { type: 'string', default: '128' },
      compare: { type: 'string', default: 'cpu,openvino,webgpu,cuda' },
    },
  })
  const [runs, size, workers] = [Number(values.runs), Number(values.texts), Number(values.workers)]
  const python = process.env.BENCH_PYTHON ?? ''
  say(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}, load ${rounded(loadavg()[0] ?? 0, 1)}`)
  const posts = await shippedPosts()
  const slices = Array.from({ length: runs }, (_, run) => posts.slice(run * size, (run + 1) * size))
  const directory = await readModelDirectory(values.model)
  const prepare = preprocessor(directory.preprocessing, directory.maxTokens)
  const encode = await loadTokenizer(directory.dir, directory.maxTokens)
  const prepared = posts.map(prepare)
  const tokenizing: number[] = []
  for (let run = 0; run < runs; run += 1) {
    const seconds = await secondsOf(async () => prepared.forEach(encode))
    tokenizing.push(prepared.length / seconds)
  }
  const folder = python === '' ? null : await makeReference(python, directory.dir, directory.id)
  const stock = folder === null ? null : await openStock(`${folder}/int8.onnx`, availableParallelism())

  const before = megabytes()
  const model = await openSentimentModel({
    dir: directory.dir,
    workers,
    provider: oneOf('provider', values.provider, ['auto' as const, ...providerNames]),
    precision: oneOf('precision', values.precision, precisions),
  })
  const computed = model.status()
  say(`computed by ${computed.provider}, ${computed.precision}: ${computed.why}`)
  // as long as a run: engines prepare themselves for each length that they meet
  await scoreAll(model, posts.slice(runs * size, (runs + 1) * size))
  const rates: number[] = []
  const ratios: number[] = []
  const delays: number[] = []
  for (const slice of slices) {
    const rows = slice.map((text) => encode(prepare(text)))
    let seconds = Number.NaN
    delays.push(
      await loopDelay(async () => {
        seconds = await secondsOf(() => scoreAll(model, slice))
      }),
    )
    rates.push(slice.length / seconds)
    if (stock) ratios.push((await secondsOf(() => stock.run(rows))) / seconds)
    say(`${rounded(slice.length / seconds)} texts/s${stock ? `, ${ratios.at(-1)?.toFixed(2)} times stock int8` : ''}`)
  }
  const memory = megabytes() - before
  const fresh = posts.slice(-4 * size)
  const alone = await latencies(model, fresh.slice(0, 200))
  const load = scoreAll(model, fresh.slice(400, 400 + size))
  const loaded = await latencies(model, fresh.slice(200, 260))
  await load
  const { scored, repeated, tokens } = model.status()
  await model.close()
  await stock?.release()

  const compared = values.compare.split(',').filter((name) => name !== '')
  const byProvider: (ProviderRate & { readonly layers: string })[] = []
  const models: (readonly [string, string])[] = [['as it ships', directory.dir]]
  if (compared.length > 0) {
    try {
      models.push([`${fewLayers}`, await makeFewerLayers(directory, fewLayers)])
    } catch (error) {
      say(`no model of ${fewLayers} layers can be made of this one: ${String(error)}`)
    }
    say('| layers | provider | texts/s | tokens/s | |\n| --- | --- | --- | --- | --- |')
  }
  for (const [layers, dir] of models)
    for (const name of compared) {
      const found = await rateWith(oneOf('compare', name, providerNames), dir, workers, slices)
      byProvider.push({ layers, ...found })
      say(rateLine(layers, found))
    }

  const rate = median(rates)
  const sample = posts.slice(0, runs * Number(values['python-texts']))
  const times = folder === null ? null : await timePython(python, folder, sample, runs)
  const tokensPerText = tokens / scored
  return {
    bench: 'sentiment',
    model: directory.id,
    provider: computed.provider,
    precision: computed.precision,
    workers,
    runs,
    texts_a_run: size,
    ratio_usual: times && rounded(rate / median(times.usual), 2),
    ratio_dynamic: times && rounded(rate / median(times.dynamic), 2),
    ratio_int8: stock && rounded(median(ratios), 2),
    texts_per_second: rounded(rate),
    texts_per_second_of_runs: rates.map((each) => rounded(each)),
    tokens_per_second: rounded((rate * tokens) / (scored + repeated)),
    tokens_per_text: rounded(tokensPerText, 1),
    share_repeated: rounded(repeated / (scored + repeated), 3),
    tokenizer_texts_per_second: rounded(median(tokenizing)),
    alone_ms: { p50: rounded(median(alone), 1), p99: rounded(quantile(alone, 0.99), 1) },
    under_load_ms: { p50: rounded(median(loaded), 1), p99: rounded(quantile(loaded, 0.99), 1) },
    event_loop_delay_p99_ms: rounded(median(delays), 1),
    memory_mb: memory,
    by_provider: byProvider,
    python: times && {
      torch: times.torch,
      threads: times.threads,
      usual: median(times.usual),
      dynamic: median(times.dynamic),
    },
  }
}
