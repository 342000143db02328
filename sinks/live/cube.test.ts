import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { anHour } from '../../tests/support/live.js'
import { Cube } from './cube.js'
import { allKey, termKey } from './view.js'

const hour = 3_600_000
const cells = fc.array(
  fc.record({
    term: fc.constantFrom('*', 'ceviche', 'pisco'),
    hours: fc.integer({ min: 0, max: 12 }),
    revision: fc.integer({ min: 1, max: 4 }),
  }),
  { maxLength: 80 },
)

describe('a cube of windows', () => {
  it('sums each window by its highest revision, whatever order cells come in, and how often', () => {
    fc.assert(
      fc.property(cells, fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 7 }), (given, from, length) => {
        const cube = new Cube('hour', '*')
        const newest = new Map<string, { readonly hours: number; readonly term: string; readonly revision: number }>()
        for (const { term, hours, revision } of [...given, ...given.toReversed()]) {
          const key = `${term} ${hours}`
          if (revision > (newest.get(key)?.revision ?? 0)) newest.set(key, { term, hours, revision })
          // What a revision says depends on the revision alone, as results of one window do.
          cube.put(
            anHour({
              term,
              kind: term === '*' ? 'all' : 'dish',
              start: hours * hour,
              revision,
              mentions: 10 * revision,
            }),
          )
          cube.series(allKey)?.total({ from: 0, until: 5 * hour })
        }
        const range = { from: from * hour, until: (from + length) * hour }
        for (const term of ['*', 'ceviche', 'pisco']) {
          const expected = [...newest.values()]
            .filter((cell) => cell.term === term && cell.hours >= from && cell.hours < from + length)
            .reduce((sum, { revision }) => sum + 10 * revision, 0)
          const series = cube.series(termKey(term === '*' ? 'all' : 'dish', term))
          expect(series?.total(range).mentions ?? 0).toBe(expected)
          const bars = series?.bars(range, hour) ?? []
          expect(bars.reduce((sum, { mentions }) => sum + mentions, 0)).toBe(expected)
        }
        expect(cube.size).toBe(newest.size)
      }),
    )
  })

  it('keeps no more windows than it may: the rarest terms give way, all mentions never', () => {
    const cube = new Cube('hour', '*')
    for (let index = 0; index < 30; index += 1) cube.put(anHour({ start: index * hour }))
    for (let index = 0; index < 20; index += 1) cube.put(anHour({ start: index * hour, term: 'ceviche', kind: 'dish' }))
    for (let index = 0; index < 50; index += 1) cube.put(anHour({ start: hour, term: `#${index}`, kind: 'hashtag' }))
    cube.prune(0, 60)
    expect(cube.size).toBe(60)
    expect([cube.series(allKey)?.size, cube.series(termKey('dish', 'ceviche'))?.size]).toEqual([30, 20])
  })

  it('forgets windows that are too old', () => {
    const cube = new Cube('hour', '*')
    for (let index = 0; index < 10; index += 1) cube.put(anHour({ start: index * hour }))
    cube.prune(4 * hour, 1_000)
    expect([cube.size, cube.series(allKey)?.total({ from: 0, until: 4 * hour }).mentions]).toEqual([6, 0])
  })
})
