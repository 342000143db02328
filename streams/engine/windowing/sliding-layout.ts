import type { Duration, Timestamp } from '../time.js'
import { never } from './layout.js'
import type { SliceLayout, SlicePlace } from './slice-windows.js'

/**
 * Sliding windows, with a slice for each timestamp. Each record makes the window that ends with it, if that one was open
 * for it, and the window that begins just after it, if that one holds a record: so every set of records that fits into
 * a window is given by one, as in Kafka Streams. A record closer to the epoch than the difference makes the window that
 * begins at the epoch.
 */
export function slidingLayout(difference: Duration): SliceLayout {
  const size = difference + 1
  const endingWith = (at: Timestamp): Timestamp => Math.max(at, difference) + 1
  const beginningAfter = (at: Timestamp): Timestamp => at + 1 + size

  /** Whether the window that begins after the slice at `place` holds a record that it is open for. */
  function holdsLater(slices: readonly SlicePlace[], place: number, end: Timestamp): boolean {
    const at = slices[place]?.at ?? never
    for (let later = place + 1; later < slices.length; later++) {
      const slice = slices[later]
      if (slice === undefined || slice.at >= end) return false
      if (slice.at > at && slice.after < end) return true
    }
    return false
  }

  return {
    size,
    sliceOf: (timestamp) => timestamp,
    firstEnd: endingWith,
    lastEnd: (timestamp) => timestamp + size,
    lastClosed: (closed) => closed,
    life: size + 1,
    nextEnd(slices: readonly SlicePlace[], after: Timestamp): Timestamp {
      let next = never
      for (let place = 0; place < slices.length; place++) {
        const slice = slices[place]
        if (slice === undefined) break
        const own = endingWith(slice.at)
        if (own >= next) break
        if (own > after && slice.after === 0) {
          next = own
          continue
        }
        const later = beginningAfter(slice.at)
        if (later > after && later < next && holdsLater(slices, place, later)) next = later
      }
      return next
    },
  }
}
