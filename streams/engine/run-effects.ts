import { byTime, FateTally } from './fate-tally.js'
import type { Letters } from './letters.js'
import type { DeadLetterReason, DropReason, Outcome } from './outcome.js'
import type { OutgoingRecord } from './ports/log.js'
import type { FetchedRecord, StreamRecord } from './record.js'
import type { Fates } from './stage.js'
import type { Timestamp } from './time.js'
import type { Window } from './window.js'

/** What one run of a task brings about: outputs, letters, and the fate of every record that was read. */
export class RunEffects {
  readonly outputs: OutgoingRecord[] = []
  readonly tally = new FateTally()
  /** Index of the record under way; `byTime` while stream time or the clock is at work. */
  current = byTime
  readonly #read: FetchedRecord[] = []

  constructor(private readonly letters: Letters) {}

  /** Makes the record the one under way. */
  begin(read: FetchedRecord): void {
    this.current = this.tally.read()
    this.#read[this.current] = read
  }

  /** The record under way has got somewhere: into state. */
  accepted(): void {
    this.tally.forwarded(this.current)
  }

  /** Writes the record under way, or what became of it, to an output. */
  write(output: OutgoingRecord): void {
    this.outputs.push(output)
    this.tally.forwarded(this.current)
  }

  late(record: StreamRecord<unknown>, window: Window): void {
    this.outputs.push(this.letters.late(record, window, this.#read[this.current] ?? null))
    this.tally.late(this.current)
  }

  drop(reason: DropReason): void {
    this.tally.dropped(this.current, reason)
  }

  deadLetter(record: StreamRecord<unknown>, reason: DeadLetterReason, detail: string): void {
    const read = this.#read[this.current]
    this.outputs.push(
      read === undefined ? this.letters.deadResult(record, reason, detail) : this.letters.dead(read, reason, detail),
    )
    this.tally.deadLettered(this.current, reason)
  }

  /** Refuses the record under way before it became a StreamRecord. */
  refuse(read: FetchedRecord, reason: DeadLetterReason, detail: string, at?: Timestamp): void {
    this.outputs.push(this.letters.dead(read, reason, detail, at))
    this.tally.deadLettered(this.current, reason)
  }

  /** Carries out what was decided on the record under way, which could not be read. */
  settleUnread(read: FetchedRecord, outcome: Outcome<never>): void {
    if (outcome.kind === 'drop') this.drop(outcome.reason)
    else if (outcome.kind === 'deadLetter') this.refuse(read, outcome.reason, outcome.detail)
    else throw new Error(`a record that cannot be read is dead-lettered or dropped, not "${outcome.kind}"`)
  }

  /** The fates so far, and how many records were written to each topic. */
  counts(): Fates {
    const written = new Map<string, number>()
    for (const { topic } of this.outputs) written.set(topic, (written.get(topic) ?? 0) + 1)
    return this.tally.counts(written)
  }

  /** Carries out an outcome that does not forward. */
  settle(record: StreamRecord<unknown>, outcome: Exclude<Outcome<unknown>, { kind: 'forward' }>): void {
    if (outcome.kind === 'late') this.late(outcome.record, outcome.window)
    else if (outcome.kind === 'drop') this.drop(outcome.reason)
    else this.deadLetter(record, outcome.reason, outcome.detail)
  }
}

/** What an error says, for a detail. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
