// Scores texts in a process of its own: DIR PROVIDER TEXTS (JSON); prints what came of it as JSON.
import { providerNames } from '../../models/providers/index.js'
import { openSentimentModel } from '../../models/sentiment-model.js'

const [dir = '', wanted = '', list = '[]'] = process.argv.slice(2)
const provider = providerNames.find((name) => name === wanted)
if (provider === undefined) throw new Error(`there is no provider ${wanted}`)
const texts: readonly string[] = JSON.parse(list)
const model = await openSentimentModel({ dir, provider, workers: 1, cache: 0 })
const together = await model.call(texts)
const alone = []
for (const text of texts) alone.push(...(await model.call([text])))
const { provider: by, precision } = model.status()
await model.close()
process.stdout.write(JSON.stringify({ provider: by, precision, together, alone }))
