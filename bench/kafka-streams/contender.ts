import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { type Assignment, type Command, type ContenderName, commandsOf } from './commands.js'

/** A stretch of time, of all processes. */
export interface Stretch {
  readonly seconds: number
  readonly cpu: number
  /** Records that were taken in this time. */
  readonly records: number
}

/** From the first record to the last. */
export interface Measured extends Stretch {
  /** The part after the warm-up. */
  readonly warm: Stretch
  /** Peak of the resident memory since the start of each process, in mebibytes. */
  readonly peakMemory: number
}

/** What a process of a contender says on its standard output, a line of JSON each time. */
export type Told =
  | { readonly event: 'first' }
  /** So many records were taken up since its start. */
  | { readonly event: 'taken'; readonly records: number }
  /** What so many records brought about is committed; whoever never says so is done with what it has taken up. */
  | { readonly event: 'done'; readonly records: number }

interface Moment {
  readonly seconds: number
  readonly cpu: number
  readonly taken: number
}

/** Ticks a second of `/proc/PID/stat`, on every Linux. */
const ticks = 100

/** Processes that do the job until they are stopped. */
export class Contender {
  readonly #processes: readonly ChildProcess[]
  readonly #taken: number[]
  readonly #committed: (number | undefined)[]
  readonly #assignment: Assignment
  #begun: Moment | undefined
  #warm: Moment | undefined
  #done: Moment | undefined
  #heard = () => {}
  readonly #ended: Promise<unknown>

  private constructor(commands: readonly Command[], assignment: Assignment) {
    this.#assignment = assignment
    this.#taken = commands.map(() => 0)
    this.#committed = commands.map(() => undefined)
    this.#processes = commands.map(([command, args]) => spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] }))
    this.#ended = Promise.race(this.#processes.map((process) => once(process, 'close')))
    for (const [index, { stdout }] of this.#processes.entries()) {
      if (stdout === null) throw new Error('the output of a contender is a pipe')
      createInterface({ input: stdout }).on('line', (line) => this.#hear(index, JSON.parse(line)))
    }
  }

  /** @param classes folder of the compiled Java side */
  static start(name: ContenderName, assignment: Assignment, classes: string): Contender {
    return new Contender(commandsOf(name, assignment, classes), assignment)
  }

  /** Resolves once the first records are here. @throws Error when a process ends before */
  async begun(): Promise<void> {
    await this.#until(() => this.#begun)
  }

  /** Resolves once all records were taken. @throws Error when a process ends before */
  async done(): Promise<Measured> {
    const done = await this.#until(() => this.#done)
    return {
      ...between(this.#begun ?? done, done),
      warm: between(this.#warm ?? done, done),
      peakMemory: this.#processes.reduce((sum, process) => sum + peakMemoryOf(process), 0),
    }
  }

  /** Lets them commit what they have, and waits for their ends. */
  async stop(): Promise<void> {
    const ended = this.#processes.map((process) => (process.exitCode === null ? once(process, 'close') : undefined))
    for (const process of this.#processes) process.stdin?.end()
    await Promise.all(ended)
  }

  #hear(index: number, told: Told): void {
    const { records, notBefore, warmUp } = this.#assignment
    if (told.event === 'taken') this.#taken[index] = told.records
    if (told.event === 'done') this.#committed[index] = told.records
    const taken = this.#taken.reduce((sum, count) => sum + count, 0)
    const done = this.#taken.reduce((sum, count, process) => sum + (this.#committed[process] ?? count), 0)
    if (this.#begun === undefined && taken >= notBefore) this.#begun = this.#moment(taken)
    if (this.#warm === undefined && taken >= notBefore + warmUp) this.#warm = this.#moment(taken)
    if (this.#done === undefined && done >= records) this.#done = this.#moment(done)
    this.#heard()
  }

  #moment(taken: number): Moment {
    const cpu = this.#processes.reduce((sum, process) => sum + cpuOf(process), 0)
    return { seconds: performance.now() / 1_000, cpu, taken }
  }

  async #until(find: () => Moment | undefined): Promise<Moment> {
    const found = new Promise<Moment>((resolve) => {
      this.#heard = () => {
        const moment = find()
        if (moment !== undefined) resolve(moment)
      }
      this.#heard()
    })
    const ended = this.#ended.then(() => {
      throw new Error('a contender ended before it was done: its messages stand above')
    })
    ended.catch(() => undefined)
    return Promise.race([found, ended])
  }
}

const between = (from: Moment, to: Moment): Stretch => ({
  seconds: to.seconds - from.seconds,
  cpu: to.cpu - from.cpu,
  records: to.taken - from.taken,
})

/** CPU seconds of the process so far; what is behind the name, in which there may be spaces, begins with field 3. */
function cpuOf({ pid }: ChildProcess): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticks
}

function peakMemoryOf({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) / 1_024)
}
