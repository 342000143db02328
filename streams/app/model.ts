import { availableParallelism } from 'node:os'
import { type LocalSentimentModel, openSentimentModel } from '../../models/sentiment-model.js'
import type { Config } from '../config.js'

/** Workers of the model beside everything else that the engine does. */
export const workersBeside = (config: Config): number =>
  config.modelWorkers === 0 ? Math.max(1, Math.min(4, availableParallelism() - 1)) : config.modelWorkers

/** Opens the configured sentiment model. */
export function openModel(config: Config, workers: number): Promise<LocalSentimentModel> {
  return openSentimentModel({
    dir: config.modelDir,
    workers,
    cache: config.modelCache,
    provider: config.modelProvider,
    precision: config.modelPrecision,
    ...(config.openVinoDir === '' ? {} : { openVinoFolder: config.openVinoDir }),
  })
}
