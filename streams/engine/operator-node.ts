import { failedStep, Node, type NodeContext } from './nodes.js'
import type { Emit, FateSink, Operator, OperatorContext } from './operator.js'
import type { StreamRecord } from './record.js'
import type { OpenStore } from './store.js'
import type { Timestamp } from './time.js'

/** An operator with two inputs. */
export interface JoinOperator extends Operator<unknown, unknown> {
  /** Takes a record of the table, or of the other stream. */
  onOther(record: StreamRecord<unknown>, emit: Emit<unknown>): void
}

export type MakeOperator = (context: OperatorContext) => Operator<unknown, unknown>

/** A step with state. What it neither refuses nor gives on at once, it has taken into its state. */
export class OperatorNode extends Node {
  readonly operator: Operator<unknown, unknown>
  #refused = false
  #emitted = false
  readonly #emit: Emit<unknown>

  /**
   * @param keeps whether a record that is not refused always leaves something in the state (aggregates do)
   * @param lag how far results of the operators before it may be behind the stream time
   */
  constructor(
    private readonly context: NodeContext,
    readonly name: string,
    private readonly keeps: boolean,
    openStore: OpenStore,
    make: MakeOperator,
    lag = 0,
  ) {
    super()
    const fates: FateSink = {
      late: (record, window) => {
        this.#refused = true
        context.effects.late(record, window)
      },
      drop: (_record, reason) => {
        this.#refused = true
        context.effects.drop(reason)
      },
      deadLetter: (record, reason, detail) => {
        this.#refused = true
        context.effects.deadLetter(record, reason, detail)
      },
      partlyLate: () => context.effects.tally.partlyLate(context.effects.current),
    }
    this.operator = make({ openStore, fates, lag, underWay: context.underWay })
    const emit = (record: StreamRecord<unknown>): void => {
      this.#emitted = true
      this.next.receive(record)
    }
    this.#emit = Object.defineProperty(emit, 'copies', { get: () => this.next.copies })
  }

  receive(record: StreamRecord<unknown>): void {
    this.#refused = false
    this.#emitted = false
    try {
      this.operator.onRecord(record, this.#emit)
    } catch (error) {
      this.#refused = true
      failedStep(this.context, this.name, record, error)
    }
    if (!this.#refused && (this.keeps || !this.#emitted)) this.context.effects.accepted()
  }

  /** A record of a join's other side. */
  receiveOther(record: StreamRecord<unknown>): void {
    const { operator } = this
    if (!isJoin(operator)) throw new Error(`the step "${this.name}" has one input and was given a second one`)
    this.#refused = false
    try {
      operator.onOther(record, this.#emit)
    } catch (error) {
      this.#refused = true
      failedStep(this.context, this.name, record, error)
    }
    if (!this.#refused) this.context.effects.accepted()
  }

  onStreamTime(streamTime: Timestamp): void {
    this.operator.onStreamTime(streamTime, this.#emit)
  }

  onClock(now: Timestamp): void {
    this.operator.onClock(now, this.#emit)
  }
}

const isJoin = (operator: Operator<unknown, unknown>): operator is JoinOperator => 'onOther' in operator
