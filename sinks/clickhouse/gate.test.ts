import { describe, expect, it } from '@jest/globals'
import { Gate } from './gate.js'

/** Work that runs until it is told to end. */
function held() {
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  return { work: () => ended, end: () => end() }
}

describe('a gate', () => {
  it('lets so many run at once, and the others in order', async () => {
    const gate = new Gate(1)
    const first = held()
    const order: string[] = []
    const done = [gate.pass(first.work), ...['b', 'c'].map((name) => gate.pass(async () => order.push(name)))]
    expect(order).toEqual([])
    first.end()
    await Promise.all(done)
    expect(order).toEqual(['b', 'c'])
  })

  it('forgets who leaves while waiting, and takes no other place for it', async () => {
    const gate = new Gate(1)
    const first = held()
    const running = gate.pass(first.work)
    const client = new AbortController()
    const order: string[] = []
    const left = gate.pass(async () => order.push('left'), client.signal)
    const next = gate.pass(async () => order.push('next'))
    client.abort(new Error('the client is gone'))
    await expect(left).rejects.toThrow('the client is gone')
    first.end()
    await Promise.all([running, next])
    expect(order).toEqual(['next'])
    await expect(gate.pass(async () => order.push('late'), client.signal)).rejects.toThrow('the client is gone')
    await gate.pass(async () => order.push('last'), new AbortController().signal)
    expect(order).toEqual(['next', 'last'])
  })
})
