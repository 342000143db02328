import type { Timestamp } from '../../streams/engine/time.js'
import type { Window, WindowSpec } from '../../streams/engine/window.js'
import type { Input } from './windows.js'

/** What is known of a window by looking at the whole input at once. */
export interface Expected {
  readonly finals: readonly {
    readonly key: string
    readonly window: Window
    readonly places: readonly number[]
    readonly timestamp: Timestamp
  }[]
  /** Places of the records that no window takes. */
  readonly late: readonly number[]
}

interface Placed extends Input {
  readonly key: string
  readonly place: number
  /** Closing point up to which windows are closed for the record. */
  readonly closed: Timestamp
}

interface Candidate {
  readonly key: string
  readonly start: Timestamp
  readonly end: Timestamp
}

/** Windows computed the slow way, from the definitions alone. Instants are small, so every start can be tried. */
export function expectedOf(spec: WindowSpec, inputs: readonly Input[], streamTime: Timestamp): Expected {
  const records: Placed[] = []
  inputs.forEach(({ key, timestamp, streamTime: seen }, place) => {
    if (key !== null) records.push({ key, timestamp, streamTime: seen, place, closed: seen - spec.grace })
  })
  return spec.kind === 'session'
    ? sessions(records, spec.gap, streamTime - spec.grace)
    : fixed(spec, records, streamTime - spec.grace)
}

type FixedSpec = Exclude<WindowSpec, { readonly kind: 'session' }>

function fixed(spec: FixedSpec, records: readonly Placed[], limit: Timestamp): Expected {
  const size = spec.kind === 'sliding' ? spec.difference + 1 : spec.size
  const candidates: Candidate[] = []
  for (const key of new Set(records.map((record) => record.key)))
    for (let start = -size; start <= limit; start++) candidates.push({ key, start, end: start + size })
  const holds = ({ key, start, end }: Candidate, record: Placed) =>
    record.key === key && record.timestamp >= start && record.timestamp < end
  const accepted = records.filter((record) => lastEnd(spec, size, record.timestamp) > record.closed)
  const finals = candidates
    .filter((window) => window.end <= limit && exists(spec, window, accepted))
    .map((window) => ({
      window,
      held: accepted.filter((record) => holds(window, record) && window.end > record.closed),
    }))
    .filter(({ held }) => held.length > 0)
    .map(({ window: { key, start, end }, held }) => ({
      key,
      window: { start, end },
      places: held.map((record) => record.place),
      timestamp: Math.max(...held.map((record) => record.timestamp)),
    }))
  return { finals, late: records.filter((record) => !accepted.includes(record)).map((record) => record.place) }
}

function exists(spec: FixedSpec, { key, start, end }: Candidate, accepted: readonly Placed[]): boolean {
  if (spec.kind !== 'sliding') {
    const advance = spec.kind === 'tumbling' ? spec.size : spec.advance
    return (start - spec.offset) % advance === 0 && start > -advance
  }
  return accepted.some(
    (record) =>
      record.key === key &&
      ((start === Math.max(0, record.timestamp - spec.difference) && end > record.closed) ||
        start === record.timestamp + 1),
  )
}

function lastEnd(spec: FixedSpec, size: number, timestamp: Timestamp): Timestamp {
  if (spec.kind === 'sliding') return timestamp + size
  const advance = spec.kind === 'tumbling' ? spec.size : spec.advance
  let start = timestamp
  while ((start - spec.offset) % advance !== 0) start -= 1
  return start + size
}

function sessions(records: readonly Placed[], gap: number, limit: Timestamp): Expected {
  let all: { readonly key: string; readonly held: readonly Placed[] }[] = []
  const late: number[] = []
  const first = (held: readonly Placed[]) => Math.min(...held.map((record) => record.timestamp))
  const last = (held: readonly Placed[]) => Math.max(...held.map((record) => record.timestamp))
  const closingPoint = (held: readonly Placed[]) => last(held) + 1 + gap
  for (const record of records) {
    const joined = all.filter(
      ({ key, held }) =>
        key === record.key &&
        closingPoint(held) > record.closed &&
        record.timestamp >= first(held) - gap &&
        record.timestamp <= last(held) + gap,
    )
    const held = [...joined.flatMap((session) => session.held), record]
    if (closingPoint(held) <= record.closed) late.push(record.place)
    else all = [...all.filter((session) => !joined.includes(session)), { key: record.key, held }]
  }
  const finals = all
    .filter(({ held }) => closingPoint(held) <= limit)
    .map(({ key, held }) => ({
      key,
      window: { start: first(held), end: last(held) + 1 },
      places: held.map((record) => record.place).sort((one, two) => one - two),
      timestamp: last(held),
    }))
  return { finals, late }
}
