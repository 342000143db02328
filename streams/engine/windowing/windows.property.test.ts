import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { expectedOf } from '../../../tests/support/window-oracle.js'
import { arriving, type Input, type Pause, type Result, type Run, runWindows } from '../../../tests/support/windows.js'
import { hopping, session, sliding, tumbling, type WindowSpec } from '../window.js'

const grace = fc.integer({ min: 0, max: 12 })
const specs: Readonly<Record<WindowSpec['kind'], fc.Arbitrary<WindowSpec>>> = {
  tumbling: fc
    .record({ size: fc.integer({ min: 1, max: 12 }), grace, offset: fc.integer({ min: 0, max: 15 }) })
    .map(tumbling),
  hopping: fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 10 }), grace, fc.integer({ min: 0, max: 8 }))
    .map(([advance, more, wait, offset]) => hopping({ size: advance + more, advance, grace: wait, offset })),
  sliding: fc.record({ difference: fc.integer({ min: 0, max: 10 }), grace }).map(sliding),
  session: fc.record({ gap: fc.integer({ min: 1, max: 8 }), grace }).map(session),
}

/** Hopping windows made of whole panes. */
const paned = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 2, max: 6 }), grace, fc.integer({ min: 0, max: 8 }))
  .map(([advance, panes, wait, offset]) => hopping({ size: advance * panes, advance, grace: wait, offset }))

/** Mostly in order, with stragglers and jumps; a few keys, so that they meet. */
const inputs: fc.Arbitrary<readonly Input[]> = fc
  .array(
    fc.record({
      key: fc.constantFrom('a', 'b', 'c\u0000', 'c'),
      step: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 3 }) }, fc.integer({ min: 0, max: 25 })),
      back: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 30 })),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((steps) => {
    let head = 0
    return arriving(
      steps.map(({ key, step, back }) => {
        head += step
        return [key, Math.max(0, head - back)] as const
      }),
    )
  })

const pauseLists: fc.Arbitrary<readonly (readonly Pause[])[]> = fc.array(
  fc.array(fc.constantFrom<Pause>('close', 'update', 'flush', 'restart'), { maxLength: 3 }),
  { minLength: 1, maxLength: 12 },
)

/** How a run is cut: into batches, by restarts, with how much memory. */
const cuts: fc.Arbitrary<Pick<Run, 'pauses' | 'hotKeys'>> = fc
  .record({ lists: pauseLists, hotKeys: fc.constantFrom(0, 1, 2, 1_000) })
  .map(({ lists, hotKeys }) => ({ pauses: (place) => lists[place % lists.length] ?? [], hotKeys }))

const updates = fc.constantFrom<NonNullable<Run['updates']>>(
  { kind: 'final-only' },
  { kind: 'every', interval: 0 },
  { kind: 'every', interval: 3 },
)

const bare = ({ key, window, places, timestamp }: Omit<Result, 'revision' | 'standing'>) =>
  `${key} [${window.start},${window.end}) ${places.join()} at ${timestamp}`
const sorted = (results: readonly Omit<Result, 'revision' | 'standing'>[]) => results.map(bare).sort()
const lastStreamTime = (records: readonly Input[]) => records.at(-1)?.streamTime ?? 0

describe.each(['tumbling', 'hopping', 'sliding', 'session'] as const)('%s windows', (kind) => {
  it('give the finals and late records of a naive oracle however they are cut, restarted and evicted', () => {
    const property = fc.property(
      specs[kind],
      inputs,
      cuts,
      updates,
      fc.boolean(),
      (window, records, cut, when, merge) => {
        const mayLackMerge = kind === 'tumbling' || kind === 'hopping'
        const output = runWindows({ ...cut, window, inputs: records, updates: when, merge: merge || !mayLackMerge })
        const expected = expectedOf(window, records, lastStreamTime(records))
        expect(sorted(output.finals)).toEqual(sorted(expected.finals))
        expect(output.late.map(({ place }) => place)).toEqual(expected.late)
      },
    )
    fc.assert(property, { numRuns: 300 })
  })

  it('give finals in the order in which windows close, and nothing of a window after its final', () => {
    const property = fc.property(specs[kind], inputs, cuts, updates, (window, records, cut, when) => {
      const { results, finals } = runWindows({ ...cut, window, inputs: records, updates: when })
      const ends = finals.map((result) => result.window.end)
      expect(ends).toEqual(ends.toSorted((one, two) => one - two))
      const revisions = new Map<string, number>()
      const closed = new Set<string>()
      for (const { key, window: of, revision, standing } of results) {
        const id = JSON.stringify([key, of])
        expect(closed.has(id)).toBe(false)
        expect(revision).toBe((revisions.get(id) ?? 0) + 1)
        revisions.set(id, revision)
        if (standing !== 'update') closed.add(id)
      }
    })
    fc.assert(property, { numRuns: 200 })
  })

  it('leave in force, after the last update, what the records make of every window', () => {
    const property = fc.property(specs[kind], inputs, cuts, (window, records, cut) => {
      const pauses = (place: number) => [...(cut.pauses?.(place) ?? []), 'update' as const]
      const when = { kind: 'every', interval: 0 } as const
      const { results } = runWindows({ ...cut, window, inputs: records, updates: when, pauses })
      const inForce = new Map<string, Result>()
      for (const result of results) {
        const id = JSON.stringify([result.key, result.window])
        if (result.standing === 'retraction') inForce.delete(id)
        else inForce.set(id, result)
      }
      const expected = expectedOf(window, records, lastStreamTime(records) + 200)
      expect(sorted([...inForce.values()])).toEqual(sorted(expected.finals))
    })
    fc.assert(property, { numRuns: 200 })
  })
})

/** Without what only results that were given have. */
const shown = ({ key, window, places }: Pick<Result, 'key' | 'window' | 'places'>) =>
  `${key} [${window.start},${window.end}) ${places.join()}`

describe.each(['tumbling', 'hopping', 'sliding', 'session'] as const)('the store of %s windows', (kind) => {
  it('tells at any time of the windows that are not closed, as they would be given', () => {
    const property = fc.property(specs[kind], inputs, cuts, updates, (window, records, cut, when) => {
      const { open, results, finals } = runWindows({ ...cut, window, inputs: records, updates: when })
      const closed = new Set(finals.map(shown))
      const all = expectedOf(window, records, lastStreamTime(records) + 200).finals.map(shown)
      expect(open.map(shown).sort()).toEqual(all.filter((each) => !closed.has(each)).sort())
      for (const { key, window: of, revision } of open) {
        const given = results.filter((each) => each.key === key && each.window.start === of.start)
        const latest = given.filter((each) => each.window.end === of.end).at(-1)
        if (latest?.standing !== 'retraction') expect(revision).toBe(latest?.revision ?? 0)
      }
    })
    fc.assert(property, { numRuns: 200 })
  })
})

describe('panes', () => {
  it('give what windows of their own give', () => {
    const property = fc.property(paned, inputs, cuts, cuts, (window, records, one, other) => {
      const shared = runWindows({ ...one, window, inputs: records, merge: true })
      const direct = runWindows({ ...other, window, inputs: records, merge: false })
      expect(sorted(shared.finals)).toEqual(sorted(direct.finals))
      expect([shared.late, shared.partlyLate]).toEqual([direct.late, direct.partlyLate])
    })
    fc.assert(property, { numRuns: 300 })
  })
})

describe.each(['tumbling', 'hopping', 'sliding'] as const)('%s windows over two partitions', (kind) => {
  it('give the same however the partitions are interleaved', () => {
    const order = fc.array(fc.boolean(), { minLength: 80, maxLength: 80 })
    const property = fc.property(specs[kind], inputs, inputs, order, cuts, (window, left, right, takeLeft, cut) => {
      const { merged, combined } = interleave(left, right, takeLeft)
      const run = runWindows({ ...cut, window, inputs: merged, combined: (place) => combined[place] ?? 0 })
      const expected = expectedOf(window, merged, combined.at(-1) ?? 0)
      expect(sorted(run.finals)).toEqual(sorted(expected.finals))
      const whole = [...left, ...right]
      expect(sizes(run.finals)).toEqual(sizes(expectedOf(window, whole, combined.at(-1) ?? 0).finals))
    })
    fc.assert(property, { numRuns: 200 })
  })
})

const sizes = (results: readonly Omit<Result, 'revision' | 'standing'>[]) =>
  results.map(({ key, window, places }) => `${key} ${window.start} ${places.length}`).sort()

/** Two partitions in one order; the combined stream time is the lower of both, nothing before both have shown one. */
function interleave(left: readonly Input[], right: readonly Input[], takeLeft: readonly boolean[]) {
  const merged: Input[] = []
  const combined: number[] = []
  const rest: [Input[], Input[]] = [[...left], [...right]]
  const times: [number, number] = [0, 0]
  for (let at = 0; rest[0].length + rest[1].length > 0; at++) {
    const side = rest[1].length === 0 || (takeLeft[at] === true && rest[0].length > 0) ? 0 : 1
    const input = rest[side].shift()
    if (input === undefined) continue
    merged.push(input)
    times[side] = input.streamTime
    combined.push(Math.min(...times))
  }
  return { merged, combined }
}
