import { byTime } from './fate-tally.js'
import { failedStep, Node, type NodeContext, type StepOf } from './nodes.js'
import type { OperatorNode } from './operator-node.js'
import type { BatchResult } from './ports/batch.js'
import { type StreamRecord, withValue } from './record.js'
import { messageOf } from './run-effects.js'
import type { BatchCall } from './stage.js'

interface Waiting {
  readonly record: StreamRecord<unknown>
  /** Index of the record under way when this one came here. */
  readonly index: number
  /** Position of its item in the call; -1: it passes without asking. */
  readonly item: number
  /** The join behind this step that takes the record as its other side; null: the record is of the stream itself. */
  readonly side: OperatorNode | null
}

/**
 * Holds the records of a run until the batch service has answered, then lets them go on in the order they came. It is
 * empty at the end of each run, so that no committed offset passes a record that still waits (invariant 1).
 */
export class BatchNode extends Node {
  #waiting: Waiting[] = []
  #items: unknown[] = []

  constructor(
    private readonly context: NodeContext,
    private readonly step: StepOf<'mapInBatches'>,
  ) {
    super()
  }

  receive(record: StreamRecord<unknown>): void {
    let item: unknown
    try {
      item = this.step.step.item(record.value)
    } catch (error) {
      failedStep(this.context, this.step.name, record, error)
      return
    }
    const position = item === null ? -1 : this.#items.push(item) - 1
    this.#waiting.push({ record, index: this.context.effects.current, item: position, side: null })
  }

  /** Keeps a record of a later join's other side in its place among the records of the stream. */
  letPass(record: StreamRecord<unknown>, side: OperatorNode): void {
    this.#waiting.push({ record, index: this.context.effects.current, item: -1, side })
  }

  /** Asks about everything that waits, and lets it go on. `pass` takes the records of other sides on. */
  *drain(
    pass: (record: StreamRecord<unknown>, side: OperatorNode) => void,
  ): Generator<BatchCall, void, readonly BatchResult<unknown>[]> {
    const waiting = this.#waiting
    const items = this.#items
    this.#waiting = []
    this.#items = []
    const results = items.length === 0 ? [] : yield { service: this.step.step.service, items, limits: this.step.limits }
    if (results.length !== items.length) {
      throw new Error(
        `the service "${this.step.step.service}" answered ${results.length} of ${items.length} items: it must give one result an item`,
      )
    }
    for (const { record, index, item, side } of waiting) {
      this.context.effects.current = index
      if (side !== null) pass(record, side)
      else this.#merge(record, item === -1 ? null : (results[item] ?? null))
    }
    this.context.effects.current = byTime
  }

  #merge(record: StreamRecord<unknown>, result: BatchResult<unknown> | null): void {
    let value: unknown
    try {
      value = this.step.step.merge(record.value, result)
    } catch (error) {
      if (result?.kind === 'failed') {
        const detail = `${this.step.name}: ${result.reason} (${messageOf(error)})`
        this.context.effects.deadLetter(record, 'call-failed', detail)
      } else {
        failedStep(this.context, this.step.name, record, error)
      }
      return
    }
    this.next.receive(withValue(record, value))
  }
}
