import type { Instance } from '../../streams/app/instance.js'
import { lookAt, recordOf, rest } from './feed.js'
import type { InputEvent, Span, Widths } from './oracle/event.js'
import type { Random } from './random.js'
import { inputTopics, raw } from './reading.js'
import type { Group } from './spans.js'
import { firstWidths, markers } from './world.js'

/** The stage that reads the input: its group, and those of its tasks. */
const firstStage = 'consumer-trends.1'
const isOfFirst = (group: string): boolean => group === firstStage || group.startsWith(`${firstStage}-`)

/** Whoever can be asked, though what answers may break meanwhile. */
export interface Asked {
  /**
   * Asks, and asks again when something broke meanwhile.
   * @param lost told before the question is put again: the answer was lost, and maybe not only the answer
   * @throws what is answered while nothing is broken
   */
  ask<Answer>(
    question: (instance: Instance) => Promise<Answer>,
    lost?: (instance: Instance) => Promise<void>,
  ): Promise<Answer>
  /**
   * How partitions are added to topics of the input, which gives those that they have then; null while none are to be.
   * Absent: never.
   */
  readonly widening?: (() => Promise<Widths>) | null
}

/** Sends groups to what may break at any time; a chunk whose answer was lost is sent again. */
export class Feeder {
  readonly #asked: Asked
  readonly #chance: Random
  /** What got into the topics, in order, in parts that were read before the next one was sent. */
  readonly spans: (Span & { readonly events: InputEvent[] })[] = []
  #widths = firstWidths
  #sent = 0
  #resent = 0
  #doubled = 0

  constructor(asked: Asked, chance: Random) {
    this.#asked = asked
    this.#chance = chance
  }

  /** Chunks that were sent again, and those of them that had got in the first time. */
  get again(): { readonly resent: number; readonly doubled: number } {
    return { resent: this.#resent, doubled: this.#doubled }
  }

  /** Sends a group while the engine works on what came before. */
  async feed({ early, published, deletions }: Group): Promise<void> {
    await this.#widen()
    await this.#apart(early)
    for (let from = 0; from < published.length; ) {
      const to = from + this.#chance.between(1, 120)
      await this.#append(published.slice(from, to))
      from = to
    }
    await this.#apart(deletions)
  }

  /** Sends the last records of partitions that were added: windows close once every partition has shown a later time. */
  async close(at: number): Promise<void> {
    if (this.#widths !== firstWidths) await this.#append(markers('added', at, this.#widths))
  }

  /** When a partition is added everything before was read: how far tasks have come is then known. */
  async #widen(): Promise<void> {
    const { widening } = this.#asked
    if (widening === undefined || widening === null) return
    await this.#read()
    this.#widths = await widening()
    // Whoever appends looks how many there are when it tells how far the groups are.
    await this.#asked.ask((instance) => instance.lag())
    this.#begin()
  }

  #begin(): void {
    this.spans.push({ events: [], widths: this.#widths })
  }

  /** Sends events when all before them were read, and waits until they were read. */
  async #apart(events: readonly InputEvent[]): Promise<void> {
    if (events.length === 0) return
    await this.#read()
    this.#begin()
    await this.#append(events)
    await this.#read()
    this.#begin()
  }

  async #append(events: readonly InputEvent[]): Promise<void> {
    const records = events.map(recordOf)
    await this.#asked.ask(
      (instance) => instance.append(records),
      async (next) => {
        this.#resent += 1
        const there = await recordsIn(next)
        if (there === this.#sent + events.length) {
          this.#doubled += 1
          this.#note(events)
        } else if (there !== this.#sent)
          throw new Error(
            `a chunk of ${events.length} was sent after ${this.#sent} records, and ${there} are there: an append is all or nothing`,
          )
      },
    )
    this.#note(events)
  }

  #note(events: readonly InputEvent[]): void {
    if (this.spans.length === 0) this.#begin()
    this.spans.at(-1)?.events.push(...events)
    this.#sent += events.length
  }

  async #read(): Promise<void> {
    const behind = async (instance: Instance) =>
      (await instance.lag()).reduce((sum, { group, lag }) => (isOfFirst(group) ? sum + lag : sum), 0)
    while ((await this.#asked.ask(behind)) > 0) await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

/** Resolves when nothing is behind, or nobody wants to know any more. Polls: the engine is another process. */
export async function allRead(asked: Asked, unwanted?: AbortSignal): Promise<void> {
  const rests = rest()
  while (!unwanted?.aborted && !rests(await asked.ask(lookAt))) await new Promise((resolve) => setTimeout(resolve, 50))
}

async function recordsIn(instance: Instance): Promise<number> {
  let records = 0
  for (const topic of inputTopics) for await (const _ of raw(instance, topic)) records += 1
  return records
}
