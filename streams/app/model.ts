import { availableParallelism } from 'node:os'
import { withAspects } from '../../models/aspects-by-passage.js'
import { withTrials } from '../../models/routed-model.js'
import { type LocalSentimentModel, openSentimentModel } from '../../models/sentiment-model.js'
import type { Config } from '../config.js'
import { aspectPassages } from '../topologies/aspect-passages.js'

/** Workers of the model beside everything else that the engine does. */
export const workersBeside = (config: Config): number =>
  config.modelWorkers === 0 ? Math.max(1, Math.min(4, availableParallelism() - 1)) : config.modelWorkers

/** Opens the configured sentiment model, with those on trial beside it; each has workers of its own and scores aspects itself. */
export async function openModel(config: Config, workers: number): Promise<LocalSentimentModel> {
  const open = async (dir: string): Promise<LocalSentimentModel> => {
    const model = await openSentimentModel({
      dir,
      workers,
      cache: config.modelCache,
      provider: config.modelProvider,
      precision: config.modelPrecision,
      ...(config.openVinoDir === '' ? {} : { openVinoFolder: config.openVinoDir }),
    })
    return withAspects(model, aspectPassages)
  }
  const opened: LocalSentimentModel[] = []
  try {
    for (const dir of [config.modelDir, ...config.modelTrials.map(({ folder }) => folder)]) opened.push(await open(dir))
    const [main, ...others] = opened
    if (main === undefined) throw new Error('there is no model')
    return withTrials(
      main,
      others.map((model, at) => ({ model, share: config.modelTrials[at]?.share ?? 0 })),
    )
  } catch (error) {
    await Promise.all(opened.map((model) => model.close()))
    throw error
  }
}
