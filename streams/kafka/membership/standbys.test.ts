import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { standbysOf } from './standbys.js'

const tasks = Array.from({ length: 12 }, (_, index) => `stage.${index % 3}-${index}`)
const cluster = fc
  .uniqueArray(fc.string({ minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 })
  .chain((places) =>
    fc.record({
      places: fc.constant(places),
      owners: fc
        .tuple(...tasks.map((task) => fc.constantFrom(...places).map((place) => [task, place] as const)))
        .map((each) => new Map(each)),
      replicas: fc.integer({ min: 0, max: 3 }),
    }),
  )

describe('copies of the state of tasks', () => {
  it('are with as many workers as are wanted, or all there are, and never with the owner', () => {
    fc.assert(
      fc.property(cluster, ({ places, owners, replicas }) => {
        const kept = new Map(places.map((place) => [place, new Set(standbysOf(place, owners, places, replicas))]))
        for (const [task, owner] of owners) {
          const holders = places.filter((place) => kept.get(place)?.has(task))
          expect(holders).toHaveLength(Math.min(replicas, places.length - 1))
          expect(holders).not.toContain(owner)
        }
      }),
    )
  })

  it('stay where they are when another worker goes that had neither task nor copy', () => {
    fc.assert(
      fc.property(cluster, ({ places, owners, replicas }) => {
        const [gone, ...rest] = places
        for (const place of rest) {
          const before = standbysOf(place, owners, places, replicas)
          const after = new Set(standbysOf(place, owners, rest, replicas))
          for (const task of before) if (owners.get(task) !== gone) expect(after.has(task)).toBe(true)
        }
      }),
    )
  })
})
