import { describe, expect, it } from '@jest/globals'
import { Stopping, settlesWithin } from './stopping.js'

describe('an instance that is stopped', () => {
  it('ends its parts in their order, and names the one that it waits for', async () => {
    const ended: string[] = []
    const stopping = new Stopping()
    let go: () => void = () => {}
    const held = new Promise<void>((resolve) => {
      go = resolve
    })
    const done = stopping.end([
      { name: 'tasks', end: () => void ended.push('tasks') },
      { name: 'board', end: () => held },
      { name: 'threads', end: () => void ended.push('threads') },
    ])
    await Promise.resolve()
    expect([stopping.waitsFor, ended]).toEqual(['board', ['tasks']])
    go()
    await done
    expect([stopping.waitsFor, ended]).toEqual(['', ['tasks', 'threads']])
  })

  it('is not waited for longer than was said', async () => {
    expect(await settlesWithin(new Promise(() => {}), 1)).toBe(false)
    expect(await settlesWithin(Promise.resolve(), 60_000)).toBe(true)
    await expect(settlesWithin(Promise.reject(new Error('broken')), 60_000)).rejects.toThrow('broken')
  })
})
