import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { LocalSentimentModel } from '../../models/sentiment-model.js'

const callTexts = 512

/** Scores texts in the order given, 512 a call, two calls under way, as the stream does while it catches up. */
export async function scoreAll(model: LocalSentimentModel, texts: readonly string[]): Promise<void> {
  let at = 0
  const caller = async (): Promise<void> => {
    while (at < texts.length) {
      const from = at
      at += callTexts
      await model.call(texts.slice(from, from + callTexts))
    }
  }
  await Promise.all([caller(), caller()])
}

/** Milliseconds that each text takes, asked one after the other. */
export async function latencies(model: LocalSentimentModel, texts: readonly string[]): Promise<readonly number[]> {
  const found: number[] = []
  for (const text of texts) {
    const start = performance.now()
    await model.call([text])
    found.push(performance.now() - start)
  }
  return found
}

/** 99th percentile of the milliseconds by which timers of this thread are late while the call runs. */
export async function loopDelay(call: () => Promise<unknown>): Promise<number> {
  const resolution = 1
  const delay = monitorEventLoopDelay({ resolution })
  delay.enable()
  await call()
  delay.disable()
  return delay.percentile(99) / 1e6 - resolution
}
