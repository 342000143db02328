import { describe, expect, it } from '@jest/globals'
import { type Job, TextQueue, type TextTask } from './text-queue.js'

const limits = { within: 0, workers: 1, tokens: 512, maxTokens: 128, together: true, fewShapes: false }
const task = (tokens: number, urgent = false): TextTask => ({
  ids: Array<number>(tokens).fill(7),
  urgent,
  settle: () => undefined,
  abandon: () => undefined,
})
const tasks = (count: number, lengths = 1): TextTask[] =>
  Array.from({ length: count }, (_, n) => task(4 + ((n * 7) % lengths)))
const sizesOf = (job: Job | undefined): number[] => (job?.tasks ?? []).map(({ ids }) => ids.length)

async function drain(queue: TextQueue): Promise<Job[]> {
  const jobs: Job[] = []
  for (let job = await queue.take(); job !== undefined; job = await queue.take()) jobs.push(job)
  return jobs
}

describe('the queue of texts', () => {
  it('joins what several callers push while it waits, and splits texts of one length between workers', async () => {
    const queue = new TextQueue({ ...limits, within: 1, workers: 2 })
    const waiting = [queue.take(), queue.take()]
    for (const one of tasks(20)) queue.push(one)
    expect((await Promise.all(waiting)).map((job) => job?.tasks.length)).toEqual([10, 10])
  })

  it('hands out a full window without waiting, as runs of one length, the longest first', async () => {
    const queue = new TextQueue({ ...limits, within: 1_000_000 })
    const all = tasks(1100, 16)
    for (const one of all) queue.push(one)
    const jobs: Job[] = []
    for (let count = 0; count < 1024; count += jobs.at(-1)?.tasks.length ?? 0) {
      const job = await queue.take()
      if (job) jobs.push(job)
    }
    expect(jobs.flatMap(({ tasks }) => tasks)).toHaveLength(1024)
    expect(new Set(jobs.flatMap(({ tasks }) => tasks))).toEqual(new Set(all.slice(0, 1024)))
    for (const job of jobs) {
      expect(new Set(sizesOf(job)).size).toBe(1)
      expect(sizesOf(job).reduce((a, b) => a + b)).toBeLessThanOrEqual(limits.tokens)
    }
    const lengths = jobs.map((job) => sizesOf(job)[0] ?? 0)
    expect(lengths).toEqual(lengths.toSorted((a, b) => b - a))
    queue.close()
    expect((await drain(queue)).flatMap(sizesOf)).toHaveLength(76)
  })

  it('hands out texts one by one as soon as one worker says that its scores would depend on the run', async () => {
    const queue = new TextQueue(limits)
    queue.narrow({ together: false, fewShapes: false })
    queue.narrow({ together: true, fewShapes: false })
    for (const one of tasks(5)) queue.push(one)
    queue.close()
    expect((await drain(queue)).map((job) => job.tasks.length)).toEqual([1, 1, 1, 1, 1])
  })

  it('hands out the jobs of dead workers first, as they are', async () => {
    const queue = new TextQueue(limits)
    queue.push(task(5))
    queue.pushAgain([
      { tasks: [task(6)], deaths: 1 },
      { tasks: [task(7)], deaths: 0 },
    ])
    queue.close()
    expect((await drain(queue)).map(sizesOf)).toEqual([[6], [7], [5]])
  })

  it('hands out urgent texts before all others, but lets those have a turn', async () => {
    const queue = new TextQueue(limits)
    for (const one of tasks(100)) queue.push(one)
    for (let n = 0; n < 6; n += 1) queue.push(task(20 + n, true))
    queue.close()
    const urgent = (await drain(queue)).map((job) => job.tasks.every((each) => each.urgent))
    expect(urgent.slice(0, 7)).toEqual([true, true, true, true, false, true, true])
    expect(urgent.slice(7)).not.toContain(true)
  })

  it('hands out the urgent text that waits longest, with those of its length', async () => {
    const queue = new TextQueue(limits)
    for (const length of [9, 30, 9, 12, 30]) queue.push(task(length, true))
    queue.close()
    expect((await drain(queue)).map(sizesOf)).toEqual([[9, 9], [30, 30], [12]])
  })

  it('hands out an urgent text at once, while others wait to share runs', async () => {
    const queue = new TextQueue({ ...limits, within: 1_000_000 })
    queue.push(task(5))
    queue.push(task(6, true))
    expect(sizesOf(await queue.take())).toEqual([6])
    queue.close()
    expect((await drain(queue)).map(sizesOf)).toEqual([[5]])
  })

  it('ends the wait of idle workers when it is closed', async () => {
    const queue = new TextQueue(limits)
    const waiting = queue.take()
    queue.close()
    expect(await waiting).toBeUndefined()
  })
})
