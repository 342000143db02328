import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { BoardDraft } from '../../dashboard/server/boards.js'
import type { Board } from '../../schemas/board.js'
import { topic } from '../../streams/engine/topic.js'
import type { BackendPlace } from '../support/backends.js'
import { catalogueIn } from '../support/catalogue.js'

const draft = (fields: Partial<BoardDraft> = {}): BoardDraft => ({
  ...{ name: 'Cevicherías', terms: [{ term: 'ceviche', kind: 'dish' }], regions: ['15'], sources: [], span: '7d' },
  ...fields,
})

/** What boards promise, whatever log they lie in. */
export function boardCatalogueContract(name: string, newPlace: () => Promise<BackendPlace>): void {
  describe(name, () => {
    let place: BackendPlace
    const prefix = `boards-${randomUUID().slice(0, 8)}`

    /** The catalogue of another worker, and what it was told of. */
    async function worker() {
      const made = topic<Board>(`${prefix}-${count}`, 'pulso.Board', { cleanup: 'compact' })
      const told: (readonly [string, Board | null])[] = []
      const changed = (boardId: string, board: Board | null) => told.push([boardId, board])
      return { ...(await catalogueIn(place, { topic: made, changed })), told, topic: made.name }
    }
    /** One topic a test. */
    let count = 0
    beforeEach(async () => {
      count += 1
      place = await newPlace()
    })
    afterEach(() => place.remove())

    const made = async ({ catalogue }: Awaited<ReturnType<typeof worker>>, fields: Partial<BoardDraft> = {}) => {
      const change = await catalogue.create(draft(fields), 'ana')
      if (change.kind !== 'saved') throw new Error(`it was not made: ${change.kind}`)
      return change.board
    }

    it('keeps what was made, changed and deleted for whoever opens it next', async () => {
      const first = await worker()
      const [kept, gone] = [await made(first), await made(first, { name: 'Otra' })]
      const changed = await first.catalogue.update(
        kept.boardId,
        1,
        draft({ name: 'Ceviches', sources: ['news'] }),
        null,
      )
      expect(changed).toMatchObject({ kind: 'saved', board: { revision: 2, updatedBy: null } })
      expect(await first.catalogue.remove(gone.boardId, 1)).toEqual({ kind: 'removed' })
      expect(first.told.map(([, board]) => board?.revision ?? null)).toEqual([1, 1, 2, null])
      await place.closeAll()
      const { catalogue } = await worker()
      expect(catalogue.list()).toEqual([
        expect.objectContaining({
          ...draft(),
          boardId: kept.boardId,
          name: 'Ceviches',
          sources: ['news'],
          revision: 2,
        }),
      ])
      expect(catalogue.find(gone.boardId)).toBeNull()
    })

    it('refuses a change that starts from an older revision, and gives the board as it stands', async () => {
      const [first, second] = [await worker(), await worker()]
      const { boardId } = await made(first)
      expect(await second.catalogue.update(boardId, 1, draft({ name: 'Mía' }), 'eva')).toMatchObject({ kind: 'saved' })
      expect(await first.catalogue.update(boardId, 1, draft({ name: 'Tuya' }), 'ana')).toMatchObject({
        ...{ kind: 'conflict', board: { name: 'Mía', revision: 2, updatedBy: 'eva' } },
      })
      expect(await first.catalogue.remove(boardId, 1)).toMatchObject({ kind: 'conflict' })
      expect(await first.catalogue.remove(boardId, 2)).toEqual({ kind: 'removed' })
      expect(await second.catalogue.update(boardId, 2, draft(), null)).toEqual({ kind: 'missing' })
    })

    it('makes changes that are asked for at once one after the other', async () => {
      const only = await worker()
      const { boardId } = await made(only)
      const names = ['a', 'b', 'c', 'd']
      const all = await Promise.all(names.map((name) => only.catalogue.update(boardId, 1, draft({ name }), null)))
      expect(all.map(({ kind }) => kind)).toEqual(['saved', 'conflict', 'conflict', 'conflict'])
      expect(only.catalogue.find(boardId)).toMatchObject({ name: 'a', revision: 2 })
    })

    it('shows a worker what another one wrote, without being asked', async () => {
      const [first, second] = [await worker(), await worker()]
      const stop = new AbortController()
      const heard = new Promise<string>((resolve) => {
        const look = () => {
          const [board] = second.catalogue.list()
          if (board !== undefined) resolve(board.name)
          else setTimeout(look, 20)
        }
        look()
      })
      const running = second.catalogue.run(stop.signal)
      await made(first, { name: 'De otro' })
      expect(await heard).toBe('De otro')
      stop.abort()
      await running
    })

    it('leaves a board as it was when a record is none', async () => {
      const { catalogue, instance, topic: name, told } = await worker()
      const board = await made({ catalogue, instance, topic: name, told })
      const garbage = { kind: 'bytes', bytes: Buffer.from('no board') } as const
      await instance.append([
        { topic: name, key: board.boardId, value: garbage, timestamp: Date.now() },
        { topic: name, key: 'another', value: { kind: 'value', value: board }, timestamp: Date.now() },
      ])
      await catalogue.read()
      expect(catalogue.list()).toEqual([board])
    })
  })
}
