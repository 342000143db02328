import { describe, expect, it } from '@jest/globals'
import { type Job, TextQueue, type TextTask } from './text-queue.js'

const task = (text: string, urgent = false): TextTask => ({
  text,
  urgent,
  settle: () => undefined,
  abandon: () => undefined,
})
const tasks = (count: number): TextTask[] => Array.from({ length: count }, (_, n) => task('x'.repeat((n * 7) % 300)))
const textsOf = (job: Job | undefined): string[] => (job?.tasks ?? []).map(({ text }) => text)

async function drain(queue: TextQueue): Promise<Job[]> {
  const jobs: Job[] = []
  for (let job = await queue.take(); job !== undefined; job = await queue.take()) jobs.push(job)
  return jobs
}

describe('the queue of texts', () => {
  it('joins what several callers push while it waits, and splits it between workers', async () => {
    const queue = new TextQueue({ within: 1, workers: 2 })
    const waiting = [queue.take(), queue.take()]
    for (const one of tasks(20)) queue.push(one)
    expect((await Promise.all(waiting)).map((job) => job?.tasks.length)).toEqual([10, 10])
  })

  it('hands out a full window without waiting, by length, in jobs of 32', async () => {
    const queue = new TextQueue({ within: 1_000_000, workers: 1 })
    const all = tasks(1100)
    for (const one of all) queue.push(one)
    const jobs = await Promise.all(Array.from({ length: 32 }, () => queue.take()))
    expect(jobs.map((job) => job?.tasks.length)).toEqual(Array(32).fill(32))
    const lengths = jobs.flatMap((job) => textsOf(job).map((text) => text.length))
    expect(lengths).toEqual(
      all
        .slice(0, 1024)
        .map(({ text }) => text.length)
        .toSorted((a, b) => a - b),
    )
    queue.close()
    expect((await drain(queue)).flatMap(textsOf)).toHaveLength(76)
  })

  it('hands out the jobs of dead workers first, as they are', async () => {
    const queue = new TextQueue({ within: 0, workers: 1 })
    queue.push(task('new'))
    queue.pushAgain([
      { tasks: [task('b')], deaths: 1 },
      { tasks: [task('a')], deaths: 0 },
    ])
    queue.close()
    expect((await drain(queue)).map(textsOf)).toEqual([['b'], ['a'], ['new']])
  })

  it('hands out urgent texts before all others, but lets those have a turn', async () => {
    const queue = new TextQueue({ within: 0, workers: 6 })
    for (const one of tasks(100)) queue.push(one)
    for (let n = 0; n < 48; n += 1) queue.push(task(`u${n}`, true))
    queue.close()
    const urgent = (await drain(queue)).map((job) => job.tasks.every((each) => each.urgent))
    expect(urgent.slice(0, 7)).toEqual([true, true, true, true, false, true, true])
    expect(urgent.slice(7)).not.toContain(true)
  })

  it('hands out an urgent text at once, while others wait to share runs', async () => {
    const queue = new TextQueue({ within: 1_000_000, workers: 1 })
    queue.push(task('later'))
    queue.push(task('now', true))
    expect(textsOf(await queue.take())).toEqual(['now'])
    queue.close()
    expect((await drain(queue)).map(textsOf)).toEqual([['later']])
  })

  it('ends the wait of idle workers when it is closed', async () => {
    const queue = new TextQueue({ within: 0, workers: 1 })
    const waiting = queue.take()
    queue.close()
    expect(await waiting).toBeUndefined()
  })
})
