import type { BatchService } from '../engine/ports/batch.js'
import { type Fetched, type TaskSession, TopicWidened } from '../engine/ports/log.js'
import type { BatchCall, Stage, Task, TaskInput, TaskOutput } from '../engine/stage.js'
import type { Duration, Timestamp } from '../engine/time.js'
import { offset, type Partition, partitionId, type TopicName, type TopicPartition } from '../engine/topic.js'
import type { Alignment } from './alignment.js'
import { backoff } from './backoff.js'
import { Bell } from './bell.js'
import { type Clock, ClockJumps } from './clock.js'
import { Pace } from './pace.js'
import { Reach } from './reach.js'
import { startingPositions } from './starting-positions.js'
import { taskId } from './task-id.js'
import type { TaskRunnerDependencies } from './task-runner-dependencies.js'
import { Uncommitted } from './uncommitted.js'
import { WakingProducers } from './waking-producers.js'

/** How long a question about the state waits for a commit, in milliseconds. */
const longestCommit = 2_000

/** How soon a task whose inputs wait for a slow writer looks again whether it has caught up, in milliseconds. */
const lookAgain = 1_000

const targetRunMillis = 200
const fewestRecords = 64
/** Tasks that keep step in time go in smaller ones. */
const mostRecords = { aligned: 2_000, alone: 20_000 } as const

/**
 * Outputs are sent ahead of a commit that is no further away than this, in milliseconds: what is sent holds up the
 * readers of its partitions until then, and logs roll back what takes too long.
 */
const farthestCommit: Duration = 5_000

/** A task whose writers are further behind than this is catching up, not live. */
const fewBehind = 4_000

/**
 * Runs one task for as long as it owns it: fetch, run, ask the batch services, commit, again. While there is more to
 * read, several runs share a commit; before the task waits it commits what it has, so that few records are quickly
 * visible and many are cheap.
 *
 * It owns the task, its session and the read positions; nobody else touches them. A commit whose outcome is unknown
 * ends the session: a new one re-reads the committed offsets and the state that belongs to them (invariants 1, 2).
 */
export class TaskRunner {
  readonly #stage: Stage
  readonly #partition: Partition
  readonly #deps: TaskRunnerDependencies
  readonly #bell: Bell
  readonly #jumps: ClockJumps
  readonly #alignment: Alignment | null
  /** Inputs that another stage writes. Those between two stages carry the word of their producers instead. */
  readonly #fed: ReadonlySet<TopicName>
  /** Of these the ones that were read to their ends at the latest fetch, and those whose writers were behind before it. */
  readonly #ended = new Set<string>()
  #waiting: ReadonlySet<string> = new Set()
  readonly #waking: WakingProducers
  /**
   * Whether outputs are sent ahead of their commit: not where a service is asked, which may take any time, nor between
   * two stages, for of what others have committed meanwhile a log shows nothing that lies behind it.
   */
  readonly #sendsAhead: boolean
  /** While the task is owned. */
  #session: TaskSession | null = null
  /** The commit under way; it never rejects. */
  #committing: Promise<void> | null = null
  #inputs: readonly TopicPartition[] = []
  /** Some topic has more partitions than when the task was made. */
  #outdated = false

  /** @param alignment that of the tasks of the stage in this thread; null where order of time says nothing */
  constructor(
    stage: Stage,
    partition: Partition,
    dependencies: TaskRunnerDependencies,
    alignment: Alignment | null = null,
  ) {
    this.#stage = stage
    this.#partition = partition
    this.#deps = dependencies
    this.#alignment = alignment
    this.#fed = new Set(
      stage.inputs
        .filter(({ role, topic }) => role !== 'repartition' && dependencies.isFed(topic.name))
        .map(({ topic }) => topic.name),
    )
    this.#sendsAhead =
      dependencies.commitInterval <= farthestCommit &&
      stage.steps.every(({ kind }) => kind !== 'mapInBatches') &&
      !stage.outputs.some(({ name }) => dependencies.isRead(name))
    this.#waking = new WakingProducers(stage, dependencies.isProducerBehind)
    this.#bell = new Bell(dependencies.clock)
    this.#jumps = new ClockJumps(dependencies.clock)
  }

  /**
   * Reads the stores as the latest commit left them; waits for one that is under way. Null while nothing is owned: at the
   * start, after a failure, or when a commit takes longer than whoever asks should wait.
   */
  async committed<Result>(read: (open: TaskSession['committed']) => Result): Promise<Result | null> {
    const { clock } = this.#deps
    const until = clock.now() + longestCommit
    while (this.#committing !== null) {
      if (clock.now() >= until) return null
      await soonerOf(this.#committing, clock, until)
    }
    const session = this.#session
    return session === null ? null : read((name) => session.committed(name))
  }

  /** Some topic was widened: the task is made anew, from its last commit, with the inputs that it has now. */
  renew(): void {
    this.#outdated = true
    this.#bell.ring()
  }

  /** Runs until the signal; then the run under way is finished and committed, and the task given up. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, observer } = this.#deps
    signal.addEventListener('abort', this.#bell.ring)
    let attempt = 0
    try {
      while (!signal.aborted) {
        try {
          await this.#own(signal, () => {
            attempt = 0
          })
        } catch (error) {
          const trouble = error instanceof TopicWidened ? await this.#recounted(error) : error
          if (trouble === null) continue
          attempt += 1
          observer.failed(this.#stage.id, this.#partition, asError(trouble), attempt)
          const until = clock.now() + backoff(attempt)
          while (!signal.aborted && clock.now() < until) await this.#bell.wait(until)
        }
      }
    } finally {
      signal.removeEventListener('abort', this.#bell.ring)
    }
  }

  async #own(signal: AbortSignal, succeeded: () => void): Promise<void> {
    const { backend, clock, commitInterval, observer, offsetReset } = this.#deps
    this.#outdated = false
    const id = taskId(this.#stage, this.#partition, this.#deps)
    this.#inputs = id.inputs
    const stopListening = backend.log.onAppend(
      this.#stage.inputs.map(({ topic }) => topic.name),
      this.#bell.ring,
    )
    const session = await backend.openSession(id).catch((error: unknown) => {
      stopListening()
      throw error
    })
    try {
      this.#session = session
      const task = this.#deps.createTask(this.#stage, this.#partition, (name) => session.store(name))
      const positions = await startingPositions(session, this.#inputs, backend.log, offsetReset, (range) =>
        observer.lost(this.#stage.id, range),
      )
      const pace = new Pace(
        targetRunMillis,
        fewestRecords,
        this.#alignment === null ? mostRecords.alone : mostRecords.aligned,
      )
      const uncommitted = new Uncommitted(commitInterval)
      const reach = new Reach()
      let until = Number.POSITIVE_INFINITY
      while (!signal.aborted && !this.#outdated) {
        const holdsMore = (reach.horizon ?? 0) > until
        const fetched = holdsMore ? [] : await this.#fetch(task, positions, pace.records)
        reach.learn(fetched)
        const { horizon } = reach
        const aligned = this.#alignment !== null && horizon !== null
        if (aligned) {
          const agreed = await this.#alignment.agree(this.#partition, horizon)
          until = agreed.until
          if (agreed.commits && (await this.#commit(task, session, uncommitted))) succeeded()
        } else {
          this.#alignment?.leave(this.#partition)
          until = Number.POSITIVE_INFINITY
        }
        const behind = horizon !== null || (await this.#isBehind())
        await this.#step(task, uncommitted, { fetched, until, behind }, pace)
        const due = aligned ? uncommitted.isFull : (uncommitted.dueAt ?? 0) <= clock.now()
        if (horizon !== null && !due) {
          if (this.#sendsAhead) await this.#sendAhead(task, session)
          continue
        }
        const worked = await this.#commit(task, session, uncommitted)
        if (worked) succeeded()
        const mayBeMore = horizon !== null || fetched.some(({ count }) => count > 0)
        if (!worked && !mayBeMore) await this.#bell.wait(this.#wakeAt(task))
      }
      if (!this.#outdated) await this.#commit(task, session, uncommitted)
    } finally {
      stopListening()
      this.#session = null
      this.#alignment?.leave(this.#partition)
      await session.close()
    }
  }

  /** Gives what is in the way of going on with the inputs that there are now; null: nothing is. */
  async #recounted(widened: TopicWidened): Promise<unknown> {
    try {
      await this.#deps.recount?.()
      return taskId(this.#stage, this.#partition, this.#deps).inputs.length === this.#inputs.length ? widened : null
    } catch (error) {
      return error
    }
  }

  #wakeAt(task: Task): Timestamp | null {
    if (this.#waiting.size === 0 && this.#waking.size === 0) return task.wakeAt
    const soon = this.#deps.clock.now() + lookAgain
    return task.wakeAt === null ? soon : Math.min(soon, task.wakeAt)
  }

  /** Topics of other stages that were read to their ends, and may yet get something. Asked before the fetch. */
  async #undrained(): Promise<ReadonlySet<string>> {
    const undrained = new Set<string>()
    for (const topic of this.#fed) {
      if (!this.#ended.has(topic) || !(await this.#deps.drained(topic))) undrained.add(topic)
    }
    return undrained
  }

  async #fetch(task: Task, positions: Map<string, number>, records: number): Promise<readonly Fetched[]> {
    this.#waiting = await this.#undrained()
    await this.#waking.beforeFetch(task)
    const wanted = this.#inputs
      .filter((at) => !task.full.has(partitionId(at)))
      .map((at) => ({ at, from: offset(positions.get(partitionId(at)) ?? 0) }))
    const fetched = await this.#deps.backend.log.fetch(wanted, { records, bytes: this.#deps.maxFetchBytes })
    for (const { at, next, batches, atEnd } of fetched) {
      positions.set(partitionId(at), next)
      if (atEnd) this.#ended.add(at.topic)
      else this.#ended.delete(at.topic)
      for (const batch of batches) await this.#deps.prepare(batch)
    }
    await this.#waking.afterFetch(task, fetched)
    return fetched
  }

  /** What was fetched as the task is to see it: whether its end may be taken for silence, and its topic for unused. */
  async #seen(read: Fetched): Promise<TaskInput['fetched'][number]> {
    const { at, batches, count, next, atEnd } = read
    const waking = this.#waking.of(at.topic)
    if (waking !== undefined) return { at, batches, atEnd, waking }
    if (this.#fed.has(at.topic) && (count > 0 || this.#waiting.has(at.topic))) return { at, batches, atEnd: false }
    if (next > 0 || !atEnd) return { at, batches, atEnd }
    return { at, batches, atEnd, unused: await this.#deps.isUnused(at.topic) }
  }

  async #step(
    task: Task,
    uncommitted: Uncommitted,
    { fetched, until, behind }: { fetched: readonly Fetched[]; until: Timestamp; behind: boolean },
    pace: Pace,
  ): Promise<void> {
    const { clock } = this.#deps
    const seen = await Promise.all(fetched.map((read) => this.#seen(read)))
    const started = clock.now()
    const output = await this.#drive(task, { fetched: seen, now: started, jumped: this.#jumps.take(), until, behind })
    const ended = clock.now()
    uncommitted.add(output, started, ended)
    pace.learn(output.fates.read, ended - started)
  }

  /** Sends what was written so far, so that the log takes it while the next records are processed. */
  async #sendAhead(task: Task, session: TaskSession): Promise<void> {
    if (session.send === undefined) return
    const outputs = task.takeOutputs()
    if (outputs.length > 0) await session.send(outputs)
  }

  /** Gives whether there was something to commit. */
  async #commit(task: Task, session: TaskSession, uncommitted: Uncommitted): Promise<boolean> {
    const { clock, observer } = this.#deps
    const started = clock.now()
    const flush = task.flush(uncommitted.now)
    if (flush.changed) {
      observer.begins?.('commit')
      await this.#committed(
        session.commit({
          outputs: flush.outputs,
          offsets: [...flush.offsets.values()].map(({ at, next }) => ({ at, next: offset(next) })),
        }),
      )
      observer.committed({
        stage: this.#stage.id,
        partition: this.#partition,
        fates: uncommitted.fates,
        streamTime: task.streamTime,
        runMillis: uncommitted.runMillis,
        commitMillis: clock.now() - started,
      })
    }
    uncommitted.clear()
    return flush.changed
  }

  /** After one that failed, the state is that of nobody. */
  async #committed(commit: Promise<void>): Promise<void> {
    const settled = commit.then(
      () => undefined,
      () => {
        this.#session = null
      },
    )
    this.#committing = settled
    await settled
    this.#committing = null
    await commit
  }

  /** Whether much is on its way that other stages have not read yet. */
  async #isBehind(): Promise<boolean> {
    for (const { topic } of this.#inputs) if ((await this.#deps.backlog(topic)) > fewBehind) return true
    return false
  }

  async #drive(task: Task, input: TaskInput): Promise<TaskOutput> {
    const run = task.run(input)
    let step = run.next()
    while (!step.done) step = run.next(await this.#ask(step.value))
    return step.value
  }

  #ask({ service, items }: BatchCall): ReturnType<BatchService<unknown, unknown>['call']> {
    const found = this.#deps.services.get(service)
    if (found === undefined) {
      throw new Error(
        `stage ${this.#stage.id} asks the service "${service}", which is not there: wire it, or take the step out`,
      )
    }
    this.#deps.observer.begins?.('batch')
    return found.call(items)
  }
}

/** Resolves with the promise, and at the instant at the latest. */
function soonerOf(promise: Promise<void>, clock: Clock, at: Timestamp): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.at(at, resolve)
    void promise.then(() => {
      cancel()
      resolve()
    })
  })
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
