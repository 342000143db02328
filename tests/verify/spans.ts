import { type InputEvent, keyOf } from './oracle/event.js'

/** A part of the input that is sent together. */
export interface Group {
  /** Deletions of what was not published yet; sent when everything before was read. */
  readonly early: readonly InputEvent[]
  /** Posts and reviews, sent while the engine works. */
  readonly published: readonly InputEvent[]
  /** Deletions of what was published; sent when all of that was read. */
  readonly deletions: readonly InputEvent[]
}

/**
 * Cuts the input into so many groups. Posts and reviews of a group may be read in any interleaving, as their results do
 * not depend on it. Those of deletions do, for an engine that reads what is there: they are sent apart.
 */
export function groupsOf(events: readonly InputEvent[], count: number): readonly Group[] {
  const size = Math.ceil(events.length / count)
  const known = new Set<string>()
  return Array.from({ length: count }, (_, index) => {
    const early: InputEvent[] = []
    const published: InputEvent[] = []
    const deletions: InputEvent[] = []
    for (const event of events.slice(index * size, (index + 1) * size)) {
      if (event.topic !== 'deletions') {
        known.add(keyOf(event))
        published.push(event)
      } else if (known.has(keyOf(event))) deletions.push(event)
      else early.push(event)
    }
    return { early, published, deletions }
  })
}
