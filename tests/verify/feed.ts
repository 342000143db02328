import { readyFor } from '../../streams/app/ingest.js'
import type { IncomingRecord, Instance } from '../../streams/app/instance.js'
import type { InputEvent } from './oracle/event.js'

/** The record that an event is sent as. */
export function recordOf(event: InputEvent): IncomingRecord {
  if ('garbage' in event) {
    const value = { kind: 'bytes', bytes: Buffer.from(event.garbage) } as const
    return { topic: event.topic, key: event.key, value, timestamp: event.timestamp }
  }
  const ready = readyFor(event.topic, { ...event.fields })
  if (typeof ready === 'string') throw new Error(`the input is wrong: ${ready}`)
  return ready.at(ready.time)
}

/** Sends all events in their order, so many at a time. */
export async function feedAll(instance: Instance, events: readonly InputEvent[], batch = 1_000): Promise<void> {
  for (let from = 0; from < events.length; from += batch) {
    await instance.append(events.slice(from, from + batch).map(recordOf))
  }
}

/** Records that somebody has yet to read. */
export const recordsBehind = async (instance: Instance): Promise<number> =>
  (await instance.lag()).reduce((sum, { lag }) => sum + lag, 0)

/** Waits until every stage and every sink has read all there is. Polls: the engine is another process. */
export async function drained(instance: Instance, onLook: (behind: number) => void = () => {}): Promise<void> {
  for (;;) {
    const behind = await recordsBehind(instance)
    onLook(behind)
    if (behind === 0) return
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}
