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

/** How many records all stages and sinks are behind, and where everything ends. */
export async function lookAt(instance: Instance): Promise<{ readonly behind: number; readonly ends: string }> {
  const all = await instance.lag()
  return {
    behind: all.reduce((sum, { lag }) => sum + lag, 0),
    ends: all.map(({ group, topic, partition, end }) => `${group} ${topic}-${partition} ${end}`).join(),
  }
}

/**
 * Tells of looks, one after the other, whether every stage and every sink has read all there is. A cluster is not looked
 * at in one moment: what a stage commits between the look at the next group and that at its own is in neither. When
 * nobody is behind twice and nothing was appended in between, it cannot have been.
 */
export function rest(): (look: { readonly behind: number; readonly ends: string }) => boolean {
  let before: string | null = null
  return ({ behind, ends }) => {
    const rests = behind === 0 && ends === before
    before = behind === 0 ? ends : null
    return rests
  }
}

/** Waits until every stage and every sink has read all there is. Polls: the engine is another process. */
export async function drained(instance: Instance, onLook: (behind: number) => void = () => {}): Promise<void> {
  const rests = rest()
  for (;;) {
    const look = await lookAt(instance)
    onLook(look.behind)
    if (rests(look)) return
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}
