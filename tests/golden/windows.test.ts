import { describe, expect, it } from '@jest/globals'
import { hours } from '../../streams/engine/time.js'
import { assign, hopping, session, sliding, tumbling, type WindowSpec } from '../../streams/engine/window.js'
import { arriving, type Input, inOrder, keyed, lives, type Result, runWindows } from '../support/windows.js'

const text = ({ window, places }: Result) => `[${window.start},${window.end})=${places.length}`
const keyedText = (result: Result) => `${result.key}${text(result)}`
const startsOf = (spec: WindowSpec, timestamp: number) =>
  spec.kind === 'tumbling' || spec.kind === 'hopping'
    ? assign(spec, timestamp).map(({ start, end }) => `[${start},${end})`)
    : []

describe('alignment', () => {
  it('lays hopping windows from the epoch, every advance', () => {
    expect(startsOf(hopping({ size: 12, advance: 5, grace: 0 }), 21)).toEqual(['[10,22)', '[15,27)', '[20,32)'])
  })

  it('gives no window before the epoch', () => {
    expect(startsOf(hopping({ size: 12, advance: 5, grace: 0 }), 2)).toEqual(['[0,12)'])
  })

  it('leaves an instant to one window where only one covers it', () => {
    expect(startsOf(hopping({ size: 6, advance: 5, grace: 0 }), 7)).toEqual(['[5,11)'])
  })

  it('gives an instant one tumbling window', () => {
    expect(startsOf(tumbling({ size: 12, grace: 0 }), 21)).toEqual(['[12,24)'])
  })

  it('lays days of Lima with an offset of five hours, the one that covers the epoch included', () => {
    const days = tumbling({ size: hours(24), grace: 0, offset: hours(5) })
    expect(startsOf(days, Date.UTC(2024, 0, 1, 4, 59, 59, 999))).toEqual([
      `[${Date.UTC(2023, 11, 31, 5)},${Date.UTC(2024, 0, 1, 5)})`,
    ])
    expect(startsOf(days, Date.UTC(2024, 0, 1, 5))).toEqual([`[${Date.UTC(2024, 0, 1, 5)},${Date.UTC(2024, 0, 2, 5)})`])
    expect(startsOf(days, hours(1))).toEqual([`[${hours(-19)},${hours(5)})`])
  })

  it('takes an offset for what it is modulo the advance', () => {
    const spec = hopping({ size: 10, advance: 5, grace: 0, offset: 12 })
    expect(startsOf(spec, 20)).toEqual(startsOf(hopping({ size: 10, advance: 5, grace: 0, offset: 2 }), 20))
  })

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses the timestamp %p', (timestamp) => {
    expect(() => startsOf(tumbling({ size: 10, grace: 0 }), timestamp)).toThrow(RangeError)
  })
})

describe('windows are refused', () => {
  it.each<[string, () => WindowSpec, string]>([
    ['an advance of 0', () => hopping({ size: 10, advance: 0, grace: 0 }), 'advance must be'],
    ['a negative advance', () => hopping({ size: 10, advance: -5, grace: 0 }), 'advance must be'],
    ['an advance longer than the size', () => hopping({ size: 10, advance: 11, grace: 0 }), 'longer than the size'],
    ['a size of 0', () => tumbling({ size: 0, grace: 0 }), 'size must be'],
    ['a size that is not whole', () => tumbling({ size: 1.5, grace: 0 }), 'size must be'],
    ['a negative grace', () => tumbling({ size: 1, grace: -1 }), 'grace must be'],
    ['a negative offset', () => tumbling({ size: 1, grace: 0, offset: -1 }), 'offset must be'],
    ['a negative difference', () => sliding({ difference: -1, grace: 0 }), 'difference must be'],
    ['a gap of 0', () => session({ gap: 0, grace: 0 }), 'gap must be'],
    ['an endless grace', () => session({ gap: 1, grace: Number.POSITIVE_INFINITY }), 'grace must be'],
  ])('with %s', (_, make, message) => {
    expect(make).toThrow(RangeError)
    expect(make).toThrow(message)
  })
})

describe.each(lives)('windows lived %s', (_, life) => {
  it('count each record in its window until stream time passes end and grace', () => {
    const inputs = keyed('k', [0, 1, 2, 1, 0, 5, 0])
    const { finals, late } = runWindows({ ...life, window: tumbling({ size: 2, grace: 1 }), inputs })
    expect(finals.map(text)).toEqual(['[0,2)=4', '[2,4)=1'])
    expect(finals.map(({ timestamp }) => timestamp)).toEqual([1, 2])
    expect(late).toEqual([{ place: 6, window: { start: 0, end: 2 } }])
  })

  it('close in order when stream time takes a large jump', () => {
    const inputs = keyed('k', [0, 1, 2, 0, 3, 0, 4, 0, 30])
    const { finals } = runWindows({ ...life, window: tumbling({ size: 2, grace: 2 }), inputs })
    expect(finals.map(({ places }) => places.length)).toEqual([4, 2, 1])
  })

  it('close for silent keys too when another key of the partition goes on', () => {
    const inputs = arriving([
      ['A', 100],
      ['B', 101],
      ['C', 105],
      ['B', 10_100],
      ['A', 8_000],
      ['A', 10_001],
    ])
    const { finals, late } = runWindows({ ...life, window: tumbling({ size: 10_000, grace: 0 }), inputs })
    expect(inOrder(finals).map(keyedText)).toEqual(['A[0,10000)=1', 'B[0,10000)=1', 'C[0,10000)=1'])
    expect(late).toEqual([{ place: 4, window: { start: 0, end: 10_000 } }])
  })

  it.each([true, false])('report a record as late only when every window missed it (panes: %p)', (merge) => {
    const inputs = keyed('k', [4, 12, 6, 1, 40])
    const window = hopping({ size: 10, advance: 5, grace: 0 })
    const { finals, late, partlyLate } = runWindows({ ...life, window, inputs, merge })
    expect(finals.map((result) => `${text(result)} of ${result.places}`)).toEqual([
      '[0,10)=1 of 0',
      '[5,15)=2 of 1,2',
      '[10,20)=1 of 1',
    ])
    expect(late).toEqual([{ place: 3, window: { start: 0, end: 10 } }])
    expect(partlyLate).toEqual([2])
  })

  it('drop a record without a key and go on', () => {
    const inputs = arriving([
      ['k', 0],
      [null, 1],
      ['k', 10],
    ])
    const { finals, dropped } = runWindows({ ...life, window: tumbling({ size: 5, grace: 0 }), inputs })
    expect(finals.map(text)).toEqual(['[0,5)=1'])
    expect(dropped).toEqual([[1, 'null-key']])
  })

  it('dead-letter a record whose timestamp no window can hold', () => {
    const inputs: readonly Input[] = [{ key: 'k', timestamp: -1, streamTime: 0 }, ...keyed('k', [1])]
    const { dropped } = runWindows({ ...life, window: tumbling({ size: 5, grace: 0 }), inputs })
    expect(dropped).toEqual([[0, 'timestamp-out-of-range']])
  })
})

describe('early updates', () => {
  const window = tumbling({ size: 2, grace: 1 })

  it('come after each record when there is time for them, and are followed by one final with the highest revision', () => {
    const { results } = runWindows({
      window,
      inputs: keyed('k', [0, 1, 2, 1, 0, 5, 0]),
      updates: { kind: 'every', interval: 1 },
      pauses: () => ['close', 'update', 'flush'],
    })
    expect(results.map((result) => `${text(result)} ${result.standing} ${result.revision}`)).toEqual([
      '[0,2)=1 update 1',
      '[0,2)=2 update 2',
      '[2,4)=1 update 1',
      '[0,2)=3 update 3',
      '[0,2)=4 update 4',
      '[0,2)=4 final 5',
      '[2,4)=1 final 2',
      '[4,6)=1 update 1',
    ])
  })

  it('come at most once an interval for a window and key', () => {
    const inputs = keyed('k', [0, 1, 1, 1, 1, 1, 1])
    const updates = { kind: 'every', interval: 3 } as const
    const { results } = runWindows({ window, inputs, updates, pauses: () => ['update'] })
    expect(results.map(text)).toEqual(['[0,2)=1', '[0,2)=4', '[0,2)=7'])
  })

  it.each([undefined, 0])('that were owed at a restart come after it (hot keys: %p)', (hotKeys) => {
    const inputs = keyed('k', [0, 1, 1, 1])
    const updates = { kind: 'every', interval: 100 } as const
    const { results } = runWindows({
      window,
      inputs: [...inputs, ...keyed('other', [3])],
      updates,
      pauses: (at) => (at === 0 || at === 4 ? ['update'] : at === 3 ? ['restart'] : []),
      ...(hotKeys === undefined ? {} : { hotKeys }),
    })
    expect(results.filter(({ key }) => key === 'k').map((result) => `${text(result)} ${result.standing}`)).toEqual([
      '[0,2)=1 update',
      '[0,2)=4 update',
      '[0,2)=4 final',
    ])
  })
})
