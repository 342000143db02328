import { describe, expect, it } from '@jest/globals'
import { type EngineThread, startThread } from './threads.js'

/** The code of a thread that is ready, and ends when it is told to run a task. */
const shortLived = `
  import { parentPort } from 'node:worker_threads'
  parentPort.on('message', ({ kind }) => { if (kind === 'run') process.exit(3) })
  parentPort.postMessage({ kind: 'ready' })
`

describe('a thread that dies', () => {
  it('is told of, and the run of its task lasts until the signal: nobody begins it anew there', async () => {
    const stop = new AbortController()
    let thread: EngineThread | undefined
    const died = new Promise<Error>((resolve) => {
      const module = new URL(`data:text/javascript,${encodeURIComponent(shortLived)}`)
      thread = startThread('short-lived', module, null, [], { message: () => {}, died: resolve })
    })
    await thread?.ready
    let isOver = false
    const run = thread?.run('a task', stop.signal).then(() => {
      isOver = true
    })
    expect((await died).message).toBe('thread short-lived ended with status 3')
    await new Promise(setImmediate)
    expect(isOver).toBe(false)
    stop.abort()
    await run
    expect(isOver).toBe(true)
  })
})
