import { byTime, FateTally } from './fate-tally.js'
import type { Letters } from './letters.js'
import type { DeadLetterReason, DropReason, Outcome } from './outcome.js'
import type { OutgoingRecords } from './outgoing-records.js'
import type { OutgoingRecord, Records } from './ports/log.js'
import type { FetchedRecord, StreamRecord } from './record.js'
import type { Fates } from './stage.js'
import type { Timestamp } from './time.js'
import type { Window } from './window.js'

/** What one run of a task brings about: outputs, letters, and the fate of every record that was read. */
export class RunEffects {
  readonly tally = new FateTally()
  /** Index of the record under way; `byTime` while stream time or the clock is at work. */
  current = byTime
  /** Where each record stood that was read: few are asked for again, and none lives on as an object. */
  readonly #batches: Records[] = []
  readonly #places: number[] = []

  /** @param outputs where outputs and letters are written, behind those of earlier runs */
  constructor(
    private readonly letters: Letters,
    readonly outputs: OutgoingRecords,
  ) {}

  /** Makes the record at the place of the batch the one under way. */
  begin(batch: Records, place: number): void {
    this.current = this.tally.read()
    this.#batches[this.current] = batch
    this.#places[this.current] = place
  }

  /** The record under way, or what became of it, has got somewhere: into an output, or into state. */
  accepted(): void {
    this.tally.forwarded(this.current)
  }

  late(record: StreamRecord<unknown>, window: Window): void {
    this.#write(this.letters.late(record, window, this.#read ?? null))
    this.tally.late(this.current)
  }

  drop(reason: DropReason): void {
    this.tally.dropped(this.current, reason)
  }

  deadLetter(record: StreamRecord<unknown>, reason: DeadLetterReason, detail: string): void {
    const read = this.#read
    this.#write(
      read === undefined ? this.letters.deadResult(record, reason, detail) : this.letters.dead(read, reason, detail),
    )
    this.tally.deadLettered(this.current, reason)
  }

  /** Refuses the record under way before it became a StreamRecord. */
  refuse(read: FetchedRecord, reason: DeadLetterReason, detail: string, at?: Timestamp): void {
    this.#write(this.letters.dead(read, reason, detail, at))
    this.tally.deadLettered(this.current, reason)
  }

  /** Carries out what was decided on the record under way, which could not be read. */
  settleUnread(read: FetchedRecord, outcome: Outcome<never>): void {
    if (outcome.kind === 'drop') this.drop(outcome.reason)
    else if (outcome.kind === 'deadLetter') this.refuse(read, outcome.reason, outcome.detail)
    else throw new Error(`a record that cannot be read is dead-lettered or dropped, not "${outcome.kind}"`)
  }

  /** The fates of the run, and how many records it wrote to each topic; once, at its end. */
  counts(): Fates {
    const written = new Map<string, number>()
    for (const topic of this.outputs.topics) {
      if (topic.written > 0) written.set(topic.name, topic.written)
      topic.written = 0
    }
    return this.tally.counts(written)
  }

  /** Carries out an outcome that does not forward. */
  settle(record: StreamRecord<unknown>, outcome: Exclude<Outcome<unknown>, { kind: 'forward' }>): void {
    if (outcome.kind === 'late') this.late(outcome.record, outcome.window)
    else if (outcome.kind === 'drop') this.drop(outcome.reason)
    else this.deadLetter(record, outcome.reason, outcome.detail)
  }

  /** The record under way, as it was read. */
  get #read(): FetchedRecord | undefined {
    return this.#batches[this.current]?.record(this.#places[this.current] ?? 0)
  }

  #write(letter: OutgoingRecord): void {
    this.outputs.append(letter).written += 1
  }
}

/** What an error says, for a detail. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
