import { availableParallelism } from 'node:os'
import { withAspects } from '../../models/aspects-by-passage.js'
import { type AspectModel, withAspectModel } from '../../models/aspects-by-question.js'
import { readModelDirectory } from '../../models/directory.js'
import { withTrials } from '../../models/routed-model.js'
import { type LocalSentimentModel, openSentimentModel } from '../../models/sentiment-model.js'
import { Tokenizers } from '../../models/tokenizer/tokenizer.js'
import type { Config } from '../config.js'
import { aspectPassages } from '../topologies/aspect-passages.js'

/** Workers of the model beside everything else that the engine does. */
export const workersBeside = (config: Config): number =>
  config.modelWorkers === 0 ? Math.max(1, Math.min(4, availableParallelism() - 1)) : config.modelWorkers

const open = (config: Config, dir: string, workers: number, tokenizers: Tokenizers): Promise<LocalSentimentModel> =>
  openSentimentModel({
    dir,
    workers,
    tokenizers,
    cache: config.modelCache,
    provider: config.modelProvider,
    precision: config.modelPrecision,
    ...(config.openVinoDir === '' ? {} : { openVinoFolder: config.openVinoDir }),
  })

/**
 * The configured model of aspects; it has half the workers, as few texts name any.
 * @throws Error when the directory says nothing of how it is asked
 */
async function openAspects(config: Config, workers: number, tokenizers: Tokenizers): Promise<AspectModel> {
  const { question } = await readModelDirectory(config.aspectModelDir)
  if (question === null)
    throw new Error(
      `${config.aspectModelDir} is no model for aspects: its config.json has no pulso.question; set PULSO_ASPECT_MODEL_DIR to one that has, or to nothing`,
    )
  return { model: await open(config, config.aspectModelDir, Math.ceil(workers / 2), tokenizers), question }
}

/**
 * Opens the configured sentiment model, with those on trial beside it, each with workers of its own, and the model of
 * aspects. Without one, each model scores the clauses of aspects itself.
 */
export async function openModel(config: Config, workers: number): Promise<LocalSentimentModel> {
  const opened: LocalSentimentModel[] = []
  const tokenizers = new Tokenizers()
  try {
    for (const dir of [config.modelDir, ...config.modelTrials.map(({ folder }) => folder)])
      opened.push(await open(config, dir, workers, tokenizers))
    const aspects = config.aspectModelDir === '' ? null : await openAspects(config, workers, tokenizers)
    if (aspects !== null) opened.push(aspects.model)
    const ready = aspects === null ? opened.map((model) => withAspects(model, aspectPassages)) : opened
    const [main, ...others] = ready
    if (main === undefined) throw new Error('there is no model')
    const trials = config.modelTrials.flatMap(({ share }, at) => {
      const model = others[at]
      return model === undefined ? [] : [{ model, share }]
    })
    const routed = withTrials(main, trials)
    return aspects === null ? routed : withAspectModel(routed, aspects, aspectPassages)
  } catch (error) {
    await Promise.all(opened.map((model) => model.close()))
    throw error
  }
}
