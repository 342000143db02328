import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { assign, type Member } from './assign.js'

const tasksOf = (stages: number, partitions: number) =>
  Array.from({ length: stages * partitions }, (_, index) => `stage.${index % stages}-${Math.floor(index / stages)}`)

/** Members that do as they are told until nothing changes. */
function settle(tasks: readonly string[], members: readonly Member[]) {
  let now = members
  for (let round = 0; round < 10; round++) {
    const given = assign(tasks, now)
    const next = now.map((member) => ({ ...member, owned: given.get(member.id) ?? [] }))
    if (JSON.stringify(next) === JSON.stringify(now)) return now
    now = next
  }
  throw new Error('they never settle')
}

const anyMembers = fc
  .uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((id) =>
        fc.record({
          id: fc.constant(id),
          owned: fc.subarray(tasksOf(3, 5)),
          weight: fc.constant(1),
          known: fc.constant(null),
        }),
      ),
    ),
  )

describe('tasks are assigned', () => {
  it('to one member each, and never to one while another has it', () => {
    fc.assert(
      fc.property(anyMembers, (members) => {
        const tasks = tasksOf(3, 5)
        const given = [...assign(tasks, members)].flatMap(([id, held]) => held.map((task) => ({ id, task })))
        expect(new Set(given.map(({ task }) => task)).size).toBe(given.length)
        for (const { id, task } of given) {
          const owners = members.filter(({ owned }) => owned.includes(task))
          if (owners.length > 0) expect(owners.map((owner) => owner.id)).toContain(id)
        }
      }),
    )
  })

  it('evenly in the end, each stage over all, whoever had what', () => {
    fc.assert(
      fc.property(anyMembers, (members) => {
        const settled = settle(tasksOf(3, 5), members)
        const sizes = settled.map(({ owned }) => owned.length)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
        expect(settled.flatMap(({ owned }) => owned).sort()).toEqual(tasksOf(3, 5).sort())
      }),
    )
    const fresh = settle(
      tasksOf(2, 4),
      ['a', 'b'].map((id) => ({ id, owned: [], weight: 1, known: null })),
    )
    for (const { owned } of fresh)
      for (const stage of ['stage.0', 'stage.1']) expect(owned.filter((task) => task.startsWith(stage))).toHaveLength(2)
  })

  it('so that who comes gets some of each stage from who had all', () => {
    const members = [
      { id: 'a', owned: tasksOf(4, 4), weight: 1, known: null },
      { id: 'b', owned: [], weight: 1, known: null },
    ]
    for (const { owned } of settle(tasksOf(4, 4), members))
      for (const stage of ['stage.0', 'stage.1', 'stage.2', 'stage.3'])
        expect(owned.filter((task) => task.startsWith(stage))).toHaveLength(2)
  })

  it('so that few move: none while nobody comes or goes, a share when somebody comes', () => {
    const two = settle(
      tasksOf(2, 6),
      ['a', 'b'].map((id) => ({ id, owned: [], weight: 1, known: null })),
    )
    expect(settle(tasksOf(2, 6), two)).toEqual(two)
    const three = settle(tasksOf(2, 6), [...two, { id: 'c', owned: [], weight: 1, known: null }])
    const stayed = two.flatMap(({ id, owned }) =>
      owned.filter((task) => three.find((member) => member.id === id)?.owned.includes(task)),
    )
    expect(stayed).toHaveLength(8)
  })

  it('by weight', () => {
    const members = [
      { id: 'large', owned: [], weight: 3, known: null },
      { id: 'small', owned: [], weight: 1, known: null },
    ]
    expect(settle(tasksOf(2, 4), members).map(({ owned }) => owned.length)).toEqual([6, 2])
  })

  it('of a member that went, to those who have a copy of their state, as far as shares allow', () => {
    const three = settle(
      tasksOf(2, 6),
      ['a', 'b', 'c'].map((id) => ({ id, owned: [], weight: 1, known: null })),
    )
    const [gone, ...left] = three
    const lost = gone?.owned ?? []
    const copies = left.map((member, index) => ({
      ...member,
      standbys: new Set(lost.filter((_, place) => place % 2 === index)),
    }))
    expect(lost).toHaveLength(4)
    for (const { id, owned, standbys } of settle(tasksOf(2, 6), copies))
      expect(owned).toEqual(
        expect.arrayContaining([...(left.find((member) => member.id === id)?.owned ?? []), ...(standbys ?? [])]),
      )
  })

  it('to members that know them, all that one of them knows, while versions differ', () => {
    const all = tasksOf(3, 5)
    const versions = fc.constantFrom(null, new Set(all.filter((task) => !task.startsWith('stage.2'))), new Set(all))
    const differing = anyMembers.chain((members) =>
      fc.tuple(...members.map((member) => versions.map((known) => ({ ...member, known, owned: [] as string[] })))),
    )
    fc.assert(
      fc.property(differing, (members) => {
        const settled = settle(all, members)
        for (const { known, owned } of settled) for (const task of owned) expect(known?.has(task) ?? true).toBe(true)
        const knows = (task: string) => members.some(({ known }) => known?.has(task) ?? true)
        expect(settled.flatMap(({ owned }) => owned).sort()).toEqual(all.filter(knows).sort())
      }),
    )
  })
})
