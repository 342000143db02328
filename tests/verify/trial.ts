import type { RankOf } from './compare/places.js'
import type { Compared } from './comparison.js'
import type { LogLine } from './engine-process.js'
import type { Asked } from './feeder.js'

/** What was done to those who work. */
export interface Hits {
  /** How often what happened. */
  readonly by: ReadonlyMap<string, number>
  /** Blocks that were cut between their plan and their end, and that were written again. */
  readonly resumed: number
}

/** Those who work while they are fed, and what happens to them. */
export interface Trial extends Asked {
  readonly hits: Hits
  /** Rejects when something ends that nobody ended. */
  readonly failed: Promise<never>
  /**
   * Breaks one thing, and mends it; gives what.
   * @param fed resolves when nothing more will be sent before it is broken
   */
  strike(fed: Promise<void>): Promise<string>
  /** Places of records of the input, once all are sent. */
  ranks(): Promise<RankOf>
  /** What must be so at the end, besides what was written. */
  settled(): Promise<readonly Compared[]>
  stop(): Promise<void>
}

/** Counts what happened. */
export class Tally implements Hits {
  readonly by = new Map<string, number>()
  resumed = 0

  add(what: string): string {
    this.by.set(what, (this.by.get(what) ?? 0) + 1)
    return what
  }

  hear(line: LogLine): void {
    if (String(line['msg']).startsWith('a block planned')) this.resumed += 1
  }
}
