// node dist/bench/sentiment.bench.js POSTS.jsonl[.gz] [--model DIR] [--workers N] [--texts N]
// Texts a second in calls of 512 and, before, the time of one text alone; CPU seconds beside wall seconds, because a
// busy machine changes the latter. Not measured: preparing the file, loading the model.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { openSentimentModel } from '../models/sentiment-model.js'
import { projectPath } from '../streams/project.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string', default: projectPath('models/sentiment-es-en-pt') },
    workers: { type: 'string', default: '2' },
    texts: { type: 'string', default: '4000' },
  },
})
const [file] = positionals
if (file === undefined) throw new Error('give a JSON Lines file whose objects have a text')
const bytes = readFileSync(file)
const lines = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').split('\n')
const texts = lines
  .filter((line) => line !== '')
  .slice(0, Number(values.texts))
  .map((line) => String((JSON.parse(line) as { text: unknown }).text))

const megabytes = (): number => Math.round(process.memoryUsage.rss() / 1e6)
const before = megabytes()
const model = await openSentimentModel({ dir: values.model, workers: Number(values.workers) })
console.log(`${model.name}, ${values.workers} workers: ${megabytes() - before} MB more than before it was opened`)

const alone: number[] = []
for (const text of texts.slice(-200)) {
  const start = performance.now()
  await model.call([text])
  alone.push(performance.now() - start)
}
alone.sort((a, b) => a - b)
const quantile = (share: number): string => (alone[Math.floor(share * (alone.length - 1))] ?? 0).toFixed(1)
console.log(`one text alone: p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms`)

const start = performance.now()
const cpu = process.cpuUsage()
for (let at = 0; at < texts.length; at += 512) await model.call(texts.slice(at, at + 512))
const seconds = (performance.now() - start) / 1000
const { user, system } = process.cpuUsage(cpu)
const { scored, repeated, runs, tokens } = model.status()
console.log(
  `${texts.length} texts in ${seconds.toFixed(1)} s: ${Math.round(texts.length / seconds)} texts/s, ` +
    `${Math.round(texts.length / ((user + system) / 1e6))} texts a CPU second; in all ${scored} scored, ` +
    `${repeated} repeated, ${runs} runs, ${tokens} tokens; ${megabytes() - before} MB more than at the start`,
)
await model.close()
