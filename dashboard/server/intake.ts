import type { Validation } from '../../schemas/validate.js'

/** What the engine would refuse of a record that is well-formed. */
export interface IntakeLimits {
  /** Earliest time of a record, in milliseconds since 1970. */
  readonly earliest: number
  /** How far its time may be ahead of the clock, in milliseconds. */
  readonly aheadOfClock: number
  /** Bytes of a record. */
  readonly bytes: number
}

export type Rejection = 'invalid' | 'timestamp-out-of-range' | 'too-large'

export interface Rejected {
  readonly index: number
  readonly reason: Rejection
  readonly detail: string
}

export interface Checked<Value> {
  readonly valid: readonly Value[]
  readonly rejected: readonly Rejected[]
  /** Names of fields that are not kept. */
  readonly ignored: readonly string[]
}

/** How records of one topic are looked at. */
export interface Intake<Value> {
  validate(item: unknown): Validation<Value>
  /** The field that gives the record its time. */
  readonly time: keyof Value & string
}

/**
 * Looks at each record by itself: what the engine would make a dead letter of is told to the sender at once.
 * @param now processing time
 */
export function checkItems<Value extends object>(
  items: readonly unknown[],
  { validate, time }: Intake<Value>,
  limits: IntakeLimits,
  now: number,
): Checked<Value> {
  const valid: Value[] = []
  const rejected: Rejected[] = []
  const ignored = new Set<string>()
  items.forEach((item, index) => {
    const validation = validate(item)
    const refusal =
      validation.kind === 'invalid'
        ? { reason: 'invalid' as const, detail: validation.detail }
        : refusalOf(validation.value, time, limits, now)
    if (refusal !== null) rejected.push({ index, ...refusal })
    if (refusal !== null || validation.kind === 'invalid') return
    valid.push(validation.value)
    for (const name of validation.ignored) ignored.add(name)
  })
  return { valid, rejected, ignored: [...ignored].sort() }
}

function refusalOf<Value extends object>(
  value: Value,
  time: keyof Value & string,
  { earliest, aheadOfClock, bytes }: IntakeLimits,
  now: number,
): Omit<Rejected, 'index'> | null {
  const at = Number(value[time])
  if (at < earliest || at > now + aheadOfClock) {
    const latest = `${aheadOfClock / 1_000} s after now (${iso(now)})`
    return {
      reason: 'timestamp-out-of-range',
      detail: `${time}: expected a time from ${iso(earliest)} to ${latest}, not ${iso(at)}`,
    }
  }
  const size = bytesOf(value)
  if (size <= bytes) return null
  return { reason: 'too-large', detail: `the texts of the record take ${size} bytes, and a record may have ${bytes}` }
}

/** Bytes of its texts: what else a record has is a few more. */
const bytesOf = (value: object): number =>
  Object.values(value).reduce((sum, field) => sum + (typeof field === 'string' ? Buffer.byteLength(field) : 0), 0)

/** Times beyond what a date can hold are shown as they are. */
const iso = (time: number): string => (Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : String(time))
