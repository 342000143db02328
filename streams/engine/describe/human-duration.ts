import type { Duration } from '../time.js'

const units: readonly (readonly [millis: number, one: string])[] = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
]

/** A duration in words: `90_000` is `1 minute 30 seconds`, `50` is `50 ms`. */
export function humanDuration(duration: Duration): string {
  let rest = duration
  const parts: string[] = []
  for (const [millis, one] of units) {
    const count = Math.floor(rest / millis)
    rest -= count * millis
    if (count > 0) parts.push(`${count} ${one}${count === 1 ? '' : 's'}`)
  }
  if (rest > 0 || parts.length === 0) parts.push(`${rest} ms`)
  return parts.join(' ')
}

/** `1 item`, `1,024 tokens`. */
export const humanCount = (count: number, unit: string): string =>
  `${String(count).replace(/\B(?=(\d{3})+$)/g, ',')} ${count === 1 ? unit.replace(/s$/, '') : unit}`

/** `a`, `a and b`, `a, b and c`. */
export const humanList = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
