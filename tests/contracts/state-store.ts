import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { StateStore } from '../../streams/engine/store.js'

/** One store of a task, across commits and restarts. */
export interface StatePlace {
  store<Value>(): StateStore<Value>
  commit(): Promise<void>
  /** Starts anew: what was committed is there, the rest is gone. */
  reopen(): Promise<void>
  remove(): Promise<void>
}

const longPrefix = 'x'.repeat(1_895)
/** Few keys, so that commands meet: of every width in UTF-8, unpaired surrogates, and longer than a table takes. */
const keys = [
  ...[
    '',
    'a',
    'aa',
    'ab',
    'b',
    '\0',
    'a\0',
    '~',
    'é',
    'ñandú',
    '\u07ff',
    '\u0800',
    '\ud7ff',
    '\ud800',
    '\udfff',
    '\ue000',
  ],
  ...['😀', '\uffff', `${longPrefix}abcd`, `${longPrefix}abcdef`, `${longPrefix}zzzz`, `${longPrefix}\ud83d\ude00`],
  ...['z'.repeat(5_000), `${'z'.repeat(5_000)}1`],
]
const anyKey = fc.constantFrom(...keys)
const anyCommand = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), key: anyKey, value: fc.nat(9) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), key: anyKey }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('range' as const), from: anyKey, to: anyKey }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('commit' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
)

/** Negative zero equals zero, and may come back as that. */
const withoutSign = (value: number) => (value === 0 ? 0 : value)

const anyValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(
      fc.string(),
      fc.double().map(withoutSign),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
      fc.constant(undefined),
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }).map((object) => ({ ...object })),
    fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
    fc.array(fc.string(), { maxLength: 4 }).map((items) => new Set(items)),
  ),
})).value

const ordered = (entries: Iterable<readonly [string, number]>, from: string, to: string) =>
  [...entries].filter(([key]) => key >= from && key < to).sort(([a], [b]) => (a < b ? -1 : 1))

/** What every state store keeps, with the plain map as the oracle. */
export function stateStoreContract(name: string, open: () => Promise<StatePlace>): void {
  describe(`state store contract: ${name}`, () => {
    const using = async (work: (place: StatePlace) => Promise<void>) => {
      const place = await open()
      try {
        await work(place)
      } finally {
        await place.remove()
      }
    }

    it('answers as a sorted map would, through commits and restarts', async () => {
      await using(async (place) => {
        await fc.assert(
          fc.asyncProperty(fc.array(anyCommand, { maxLength: 60 }), async (commands) => {
            for (const [key] of [...place.store<number>().range('', '\uffff\uffff')]) place.store<number>().delete(key)
            await place.commit()
            let committed = new Map<string, number>()
            const now = new Map<string, number>()
            for (const command of commands) {
              const store = place.store<number>()
              if (command.kind === 'put') {
                store.put(command.key, command.value)
                now.set(command.key, command.value)
              } else if (command.kind === 'delete') {
                store.delete(command.key)
                now.delete(command.key)
              } else if (command.kind === 'range') {
                expect([...store.range(command.from, command.to)]).toEqual(ordered(now, command.from, command.to))
              } else if (command.kind === 'commit') {
                await place.commit()
                committed = new Map(now)
              } else {
                await place.reopen()
                now.clear()
                for (const [key, value] of committed) now.set(key, value)
              }
              for (const key of keys) expect(place.store<number>().get(key)).toBe(now.get(key))
            }
          }),
          { numRuns: 60 },
        )
      })
    })

    it('orders keys by their UTF-16 code units', async () => {
      await using(async (place) => {
        await fc.assert(
          fc.asyncProperty(
            fc.array(fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 }), { maxLength: 40 }),
            async (all) => {
              for (const [key] of [...place.store().range('', '\uffff\uffff')]) place.store().delete(key)
              const wanted = all.map((units) => String.fromCharCode(...units)).filter((key) => key < '\uffff\uffff')
              for (const key of wanted) place.store<number>().put(key, 1)
              await place.commit()
              await place.reopen()
              expect([...place.store().range('', '\uffff\uffff')].map(([key]) => key)).toEqual(
                [...new Set(wanted)].sort(),
              )
            },
          ),
          { numRuns: 40 },
        )
      })
    })

    it('gives back plain data as it was put: maps, sets, undefined, NaN, 64-bit integers', async () => {
      await using(async (place) => {
        await fc.assert(
          fc.asyncProperty(anyValue, async (value) => {
            place.store<unknown>().put('k', [value])
            await place.commit()
            await place.reopen()
            expect(place.store<unknown>().get('k')).toStrictEqual([value])
          }),
          { numRuns: 60 },
        )
        for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53 - 1, -(2 ** 53), 123n, -(2n ** 63n)]) {
          place.store<unknown>().put('k', { value })
          await place.commit()
          await place.reopen()
          expect(place.store<unknown>().get('k')).toStrictEqual({ value })
        }
      })
    })

    it('lets entries be deleted and changed while it walks over them', async () => {
      await using(async (place) => {
        const names = Array.from({ length: 1_000 }, (_, index) => `k${String(index).padStart(4, '0')}`)
        for (const key of names) place.store<number>().put(key, 0)
        await place.commit()
        await place.reopen()
        const store = place.store<number>()
        const seen: string[] = []
        for (const [key] of store.range('k', 'l')) {
          seen.push(key)
          if (Number(key.slice(1)) % 2 === 0) store.delete(key)
          else store.put(key, 1)
        }
        expect(seen).toEqual(names)
        expect([...store.range('', '~')]).toEqual(names.filter((_, index) => index % 2 === 1).map((key) => [key, 1]))
      })
    })
  })
}
