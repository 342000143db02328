import type { BoardChange, BoardDraft, Boards } from '../../dashboard/server/boards.js'
import type { Board } from '../../schemas/board.js'
import type { RegisteredSerdes } from '../../schemas/serdes.js'
import type { Log } from '../engine/ports/log.js'
import type { FetchedRecord } from '../engine/record.js'
import { type Offset, partition, partitionId, type Topic, type TopicPartition } from '../engine/topic.js'
import { backoff } from '../runtime/backoff.js'
import { Bell } from '../runtime/bell.js'
import type { Clock } from '../runtime/clock.js'
import type { Instance } from './instance.js'

export interface BoardCatalogueDependencies {
  readonly log: Log
  /** The compacted topic of the boards. */
  readonly topic: Topic<Board>
  readonly serdes: RegisteredSerdes
  readonly partitions: number
  readonly clock: Clock
  readonly append: Instance['append']
  /** Gives an identity that no board has. */
  readonly newId: () => string
  /** Told of each board that was made, changed or deleted (null), by whomever. */
  readonly changed: (boardId: string, board: Board | null) => void
  readonly failed: (error: Error) => void
}

/** Boards at a time: each is held in memory by every worker. */
export const mostBoards = 500

const text = new TextDecoder()

/**
 * The boards as the compacted topic has them: the newest record of a key is the board, none or a tombstone is no board.
 * Changes are made one after the other: each reads the topic to its end first, so that it starts from what every worker
 * has written. Of two workers that change the same board in the same instant the later record stands.
 */
export class BoardCatalogue implements Boards {
  readonly #with: BoardCatalogueDependencies
  readonly #boards = new Map<string, Board>()
  readonly #bell: Bell
  #positions: Map<string, { readonly at: TopicPartition; from: Offset }> | null = null
  #turn: Promise<unknown> = Promise.resolve()

  constructor(dependencies: BoardCatalogueDependencies) {
    this.#with = dependencies
    this.#bell = new Bell(dependencies.clock)
  }

  list(): readonly Board[] {
    return [...this.#boards.values()].sort((a, b) => a.name.localeCompare(b.name) || (a.boardId < b.boardId ? -1 : 1))
  }

  find(boardId: string): Board | null {
    return this.#boards.get(boardId) ?? null
  }

  create(draft: BoardDraft, by: string | null): Promise<BoardChange> {
    return this.#inTurn(async () => {
      if (this.#boards.size >= mostBoards) return { kind: 'full', most: mostBoards }
      return this.#write(this.#with.newId(), 1, draft, by)
    })
  }

  update(boardId: string, revision: number, draft: BoardDraft, by: string | null): Promise<BoardChange> {
    return this.#inTurn(async () => {
      const board = this.#boards.get(boardId)
      if (board === undefined) return { kind: 'missing' }
      if (board.revision !== revision) return { kind: 'conflict', board }
      return this.#write(boardId, revision + 1, draft, by)
    })
  }

  remove(boardId: string, revision: number): Promise<BoardChange> {
    return this.#inTurn(async () => {
      const board = this.#boards.get(boardId)
      if (board === undefined) return { kind: 'missing' }
      if (board.revision !== revision) return { kind: 'conflict', board }
      const { append, clock, topic } = this.#with
      await append([{ topic: topic.name, key: boardId, value: null, timestamp: clock.now() }])
      await this.#readOn()
      return { kind: 'removed' }
    })
  }

  /** Reads what there is. */
  read(): Promise<void> {
    return this.#inTurn(async () => {})
  }

  /** Takes what is written, until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    const { log, clock, failed, topic } = this.#with
    const stop = log.onAppend([topic.name], this.#bell.ring)
    signal.addEventListener('abort', this.#bell.ring)
    for (let attempt = 0; !signal.aborted; ) {
      try {
        await this.read()
        attempt = 0
        if (!signal.aborted) await this.#bell.wait(null)
      } catch (error) {
        attempt += 1
        // at the first attempt, and each time that they have doubled
        if (Number.isInteger(Math.log2(attempt))) failed(error instanceof Error ? error : new Error(String(error)))
        const until = clock.now() + backoff(attempt)
        while (!signal.aborted && clock.now() < until) await this.#bell.wait(until)
      }
    }
    stop()
    signal.removeEventListener('abort', this.#bell.ring)
  }

  /** Does the work once what is written is read, and everything that was asked before is done. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(async () => {
      await this.#readOn()
      return work()
    })
    this.#turn = done.catch(() => {})
    return done
  }

  async #write(boardId: string, revision: number, draft: BoardDraft, by: string | null): Promise<BoardChange> {
    const { append, clock, topic } = this.#with
    const { name, terms, regions, sources, span } = draft
    const updatedAt = clock.now()
    const board: Board = {
      ...{ boardId, name: name.trim().toWellFormed(), revision, regions, sources, span, updatedAt, updatedBy: by },
      terms: terms.map(({ term, kind }) => ({ term: term.toWellFormed(), kind })),
    }
    await append([{ topic: topic.name, key: boardId, value: { kind: 'value', value: board }, timestamp: updatedAt }])
    await this.#readOn()
    return { kind: 'saved', board }
  }

  /** Reads the topic to its end, from where it was read to last. */
  async #readOn(): Promise<void> {
    const { log, serdes } = this.#with
    try {
      this.#positions ??= await this.#beginning()
      for (let behind = true; behind; ) {
        const fetched = await log.fetch([...this.#positions.values()], { records: 1_000, bytes: 1024 * 1024 })
        await serdes.ensure(fetched.flatMap(({ records }) => records.map(({ value }) => value)))
        for (const { at, records, next } of fetched) {
          for (const record of records) this.#take(record)
          this.#positions.set(partitionId(at), { at, from: next })
        }
        behind = fetched.some(({ atEnd }) => !atEnd)
      }
    } catch (error) {
      // compaction may have moved the beginning: what is read twice changes nothing
      this.#positions = null
      throw error
    }
  }

  async #beginning() {
    const at = Array.from({ length: this.#with.partitions }, (_, index) => ({
      topic: this.#with.topic.name,
      partition: partition(index),
    }))
    const bounds = await Promise.all(at.map((place) => this.#with.log.bounds(place)))
    return new Map(
      bounds.map(({ start }, index) => {
        const place = at[index] as TopicPartition
        return [partitionId(place), { at: place, from: start }]
      }),
    )
  }

  #take({ key, value }: Pick<FetchedRecord, 'key' | 'value'>): void {
    if (key === null) return
    const boardId = text.decode(key)
    const board = value === null ? null : this.#decoded(value)
    // what is no board was written by somebody else: the board stays as it was
    if (board === undefined || board?.boardId !== (board === null ? undefined : boardId)) return
    if (board === null) this.#boards.delete(boardId)
    else this.#boards.set(boardId, board)
    this.#with.changed(boardId, board)
  }

  #decoded(value: Uint8Array): Board | undefined {
    try {
      return this.#with.serdes.forTopic(this.#with.topic).decode(value)
    } catch {
      return undefined
    }
  }
}
