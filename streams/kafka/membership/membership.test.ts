import { afterEach, describe, expect, it } from '@jest/globals'
import { openSentimentModel } from '../../../models/sentiment-model.js'
import { newGroup } from '../../../tests/support/backends.js'
import { sharedBroker, whyNoBroker } from '../../../tests/support/kafka/shared.js'
import { projectPath } from '../../project.js'
import { type Assignment, Membership } from './membership.js'

const withBroker = whyNoBroker() === null ? describe : describe.skip

const tasks = Array.from({ length: 8 }, (_, index) => `stage.${index % 2}-${Math.floor(index / 2)}`)

/** A worker that lets go of tasks at once, and says who runs what. */
class Worker {
  owned: readonly string[] = []
  generation = 0
  owners: ReadonlyMap<string, string> = new Map()
  lost = 0
  readonly #membership: Membership
  readonly #stop = new AbortController()
  readonly #done: Promise<void>

  constructor(
    readonly place: string,
    options: {
      readonly broker: string
      readonly group: string
      readonly sessionTimeout?: number
      readonly known?: readonly string[]
      readonly heartbeatInterval?: number
    },
    readonly changed: () => void,
  ) {
    const { broker, group, sessionTimeout = 3_000, known = tasks, heartbeatInterval = 50 } = options
    this.#membership = new Membership(
      { cluster: { brokers: [broker], clientId: place }, group, place, sessionTimeout, heartbeatInterval },
      async () => known,
    )
    this.#done = this.#membership.run(this, this.#stop.signal)
  }

  assign({ generation, tasks: given, owners }: Assignment): void {
    const released = this.owned.some((task) => !given.includes(task))
    this.owned = given
    this.generation = generation
    this.owners = owners
    if (released) this.#membership.released()
    this.changed()
  }

  lose(): void {
    this.lost += 1
    this.owned = []
    this.changed()
  }

  async leave(): Promise<void> {
    this.#stop.abort()
    await this.#done
    this.owned = []
  }
}

withBroker('workers of a group', () => {
  const workers: Worker[] = []
  let changed: () => void = () => undefined
  const join = async (
    group: string,
    place: string,
    known: readonly string[] = tasks,
    options: { readonly heartbeatInterval?: number } = {},
  ) => {
    const worker = new Worker(place, { broker: await sharedBroker(), group, known, ...options }, () => changed())
    workers.push(worker)
    return worker
  }

  /** Resolves when the workers agree on so many tasks each, every task once. */
  const settled = (...sizes: readonly number[]) =>
    new Promise<void>((resolve) => {
      changed = () => {
        const owned = workers.flatMap((worker) => worker.owned)
        const even = workers.map((worker) => worker.owned.length).sort()
        const agreed = new Set(workers.map(({ generation }) => generation)).size === 1
        if (agreed && new Set(owned).size === tasks.length && JSON.stringify(even) === JSON.stringify(sizes)) resolve()
      }
      changed()
    })

  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.leave()))
  })

  it('share the tasks, give some to who comes, and take over from who leaves', async () => {
    const group = newGroup()
    const first = await join(group, 'one:1')
    await settled(8)
    const before = first.generation
    await join(group, 'two:2')
    await settled(4, 4)
    expect(first.generation).toBeGreaterThan(before)
    const third = await join(group, 'three:3')
    await settled(2, 3, 3)
    expect(new Set(first.owners.values())).toEqual(new Set(['one:1', 'two:2', 'three:3']))
    for (const task of third.owned) expect(third.owners.get(task)).toBe('three:3')
    workers.splice(workers.indexOf(third), 1)
    await third.leave()
    await settled(4, 4)
    expect(workers.map(({ lost }) => lost)).toEqual([0, 0])
  })

  it('of two versions take what they know, also when the older one assigns', async () => {
    const group = newGroup()
    const older = await join(
      group,
      'older:1',
      tasks.filter((task) => task.startsWith('stage.0')),
    )
    const alone = new Promise<void>((resolve) => {
      changed = () => older.owned.length === 4 && resolve()
    })
    changed()
    await alone
    const newer = await join(group, 'newer:2')
    await settled(4, 4)
    expect(older.owned.every((task) => task.startsWith('stage.0'))).toBe(true)
    expect(newer.owned.every((task) => task.startsWith('stage.1'))).toBe(true)
  })

  it('keep their tasks while they score for longer than the session timeout; one that falls silent loses its', async () => {
    const group = newGroup()
    const scoring = await join(group, 'scoring:1')
    const silent = await join(group, 'silent:2', tasks, { heartbeatInterval: 3_600_000 })
    await settled(4, 4)
    const { generation } = scoring
    let alone = false
    changed = () => {
      alone = scoring.owned.length === tasks.length
    }
    const model = await openSentimentModel({ dir: projectPath('models/sentiment-es-en-pt'), cache: 0 })
    let scored = 0
    try {
      // The broker waits for a session timeout before it takes the silent one for dead: scoring goes on all the while.
      while (!alone) {
        const texts = Array.from(
          { length: 64 },
          (_, at) => `${scored + at}: ${'rico el ceviche, lenta la atención. '.repeat(8)}`,
        )
        scored += (await model.call(texts)).filter(({ kind }) => kind === 'ok').length
      }
    } finally {
      await model.close()
    }
    expect(scored).toBeGreaterThan(0)
    expect([scoring.lost, scoring.generation]).toEqual([0, generation + 1])
    expect(silent.owned).toHaveLength(4)
  })

  it('say what keeps them from agreeing, and go on trying', async () => {
    const stop = new AbortController()
    const told: (readonly [error: unknown, attempt: number])[] = []
    const membership = new Membership(
      {
        ...{ cluster: { brokers: [await sharedBroker()], clientId: 'hasty' }, group: newGroup(), place: 'hasty:1' },
        // Brokers take none that is shorter than group.min.session.timeout.ms.
        sessionTimeout: 10,
        failed: (error, attempt) => {
          told.push([error, attempt])
          if (attempt === 2) stop.abort()
        },
      },
      async () => tasks,
    )
    await membership.run({ owned: [], assign: () => undefined, lose: () => undefined }, stop.signal)
    expect(told).toMatchObject([
      [{ type: 'INVALID_SESSION_TIMEOUT' }, 1],
      [{ type: 'INVALID_SESSION_TIMEOUT' }, 2],
    ])
  })
})
