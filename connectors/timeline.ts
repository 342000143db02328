import type { Timestamp } from '../streams/engine/time.js'

/** When records of the past are sent again, and which time they carry. Instants in milliseconds since the epoch. */
export interface Timeline {
  /** The time that a record of this time carries when it is sent. */
  carried(time: Timestamp): Timestamp
  /** The moment of the clock at which it is due. */
  due(time: Timestamp): Timestamp
}

/** Everything at once, times as they are. */
export const atOnce: Timeline = { carried: (time) => time, due: () => 0 }

/** Times as they are, sent `speed` times as fast as they came, the first at once. */
export const paced = (speed: number, first: Timestamp, now: Timestamp): Timeline => ({
  carried: (time) => time,
  due: (time) => now + (time - first) / speed,
})

/**
 * Times moved so that the record of time `anchor` carries the time `now`, and drawn together `speed` times, so that a
 * record carries the moment it is sent. Records from before the anchor are due at once: they are the past.
 */
export const rebased = (speed: number, anchor: Timestamp, now: Timestamp): Timeline => {
  const carried = (time: Timestamp) => Math.max(0, Math.round(now + (time - anchor) / speed))
  return { carried, due: carried }
}

/** Reads `60x`, `0.5x` or `max` (as Infinity). @throws Error that says how a speed is written */
export function parseSpeed(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY
  const speed = Number(/^(\d+(?:\.\d+)?)x$/.exec(text)?.[1])
  if (!(speed > 0)) throw new Error(`"${text}" is no speed: write 1x, 60x or max`)
  return speed
}
