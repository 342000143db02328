import type { DeadLetterReason, DropReason } from './outcome.js'
import type { Fates } from './stage.js'

const dropReasons: readonly DropReason[] = [
  'filtered',
  'duplicate',
  'unchanged',
  'no-match',
  'deleted',
  'null-value',
  'null-key',
]
const deadLetterReasons: readonly DeadLetterReason[] = [
  'undecodable',
  'invalid',
  'timestamp-out-of-range',
  'too-large',
  'processor-failed',
  'call-failed',
]

/** Codes in ascending order of precedence: of a record that became several, the highest code counts. */
const undecided = 0
const firstDrop = 1
const late = firstDrop + dropReasons.length
const firstDeadLetter = late + 1
const forwarded = firstDeadLetter + deadLetterReasons.length

const dropCodes = new Map(dropReasons.map((reason, index) => [reason, firstDrop + index]))
const deadLetterCodes = new Map(deadLetterReasons.map((reason, index) => [reason, firstDeadLetter + index]))

/** Index of what stream time or the clock brought about: no record that was read, so it has no fate to count. */
export const byTime = -1

/** Keeps the fate of every record that a run has read, by its index in the run (invariant 4). */
export class FateTally {
  readonly #codes: number[] = []
  #partlyLate = 0
  #lastPartlyLate = byTime

  /** Counts one more record read; gives its index. */
  read(): number {
    return this.#codes.push(undecided) - 1
  }

  forwarded(index: number): void {
    this.#settle(index, forwarded)
  }

  late(index: number): void {
    this.#settle(index, late)
  }

  /** Counts a record that came too late for some of its windows, once, beside its fate. */
  partlyLate(index: number): void {
    if (index === byTime || index === this.#lastPartlyLate) return
    this.#partlyLate += 1
    this.#lastPartlyLate = index
  }

  dropped(index: number, reason: DropReason): void {
    this.#settle(index, dropCodes.get(reason) ?? undecided)
  }

  deadLettered(index: number, reason: DeadLetterReason): void {
    this.#settle(index, deadLetterCodes.get(reason) ?? undecided)
  }

  /**
   * @param written records written, by topic
   * @throws Error when a record has no fate: a step has lost it
   */
  counts(written: Fates['written']): Fates {
    const counts = new Array<number>(forwarded + 1).fill(0)
    for (const code of this.#codes) counts[code] = (counts[code] ?? 0) + 1
    if (counts[undecided] !== 0) throw new Error(`${counts[undecided]} records have left the steps without a fate`)
    return {
      read: this.#codes.length,
      forwarded: counts[forwarded] ?? 0,
      late: counts[late] ?? 0,
      partlyLate: this.#partlyLate,
      dropped: named(dropReasons, firstDrop, counts),
      deadLettered: named(deadLetterReasons, firstDeadLetter, counts),
      written,
    }
  }

  #settle(index: number, code: number): void {
    if (index !== byTime && code > (this.#codes[index] ?? undecided)) this.#codes[index] = code
  }
}

function named(reasons: readonly string[], first: number, counts: readonly number[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const [index, reason] of reasons.entries()) {
    const count = counts[first + index] ?? 0
    if (count > 0) found.set(reason, count)
  }
  return found
}
