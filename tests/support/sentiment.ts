import { MessageChannel, Worker } from 'node:worker_threads'
import { remoteModel, serveModel } from '../../models/remote.js'
import {
  type LocalSentimentModel,
  openSentimentModel,
  type SentimentModelOptions,
} from '../../models/sentiment-model.js'
import type { WorkerSettings } from '../../models/worker/protocol.js'
import { projectPath } from '../../streams/project.js'
import type { SentimentModelUnderTest } from '../contracts/sentiment-model.js'

/** Directory of one of the tiny models: `wordpiece`, `byte-level-bpe`, `unigram`, `dynamic-int8`. */
export const tinyModel = (name: string): string => projectPath(`tests/fixtures/tiny-bert/${name}`)

export type TestModelOptions = Partial<Omit<SentimentModelOptions, 'spawn'>>

export interface LocalModelUnderTest extends SentimentModelUnderTest {
  readonly model: LocalSentimentModel
}

/** A pool of two mortal workers over a tiny model. */
export async function openTestModel(options: TestModelOptions = {}): Promise<LocalModelUnderTest> {
  const generation = new Int32Array(new SharedArrayBuffer(4))
  const file = new URL('./mortal-sentiment-worker.js', import.meta.url)
  const spawn = (settings: WorkerSettings): Worker => new Worker(file, { workerData: { settings, generation } })
  const model = await openSentimentModel({ dir: tinyModel('wordpiece'), workers: 2, ...options, spawn })
  return {
    model,
    scored: () => model.status().scored,
    killWorkers: () => {
      Atomics.add(generation, 0, 1)
    },
    close: () => model.close(),
  }
}

/** The same, seen from the other end of a port. */
export async function openRemoteTestModel(options: TestModelOptions = {}): Promise<SentimentModelUnderTest> {
  const served = await openTestModel(options)
  const { port1, port2 } = new MessageChannel()
  serveModel(served.model, port1)
  const model = remoteModel(port2)
  return {
    ...served,
    model,
    close: async () => {
      model.close()
      await served.close()
    },
  }
}
