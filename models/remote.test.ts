import { MessageChannel } from 'node:worker_threads'
import { describe, expect, it } from '@jest/globals'
import type { SentimentModel } from '../streams/engine/ports/batch.js'
import { remoteModel, serveModel } from './remote.js'

const silent: SentimentModel = { name: 'silent@1', call: () => new Promise(() => undefined) }

describe('a model behind a port', () => {
  it('passes on that the model is gone', async () => {
    const { port1, port2 } = new MessageChannel()
    serveModel({ name: 'gone@1', call: () => Promise.reject(new Error('no worker can be started')) }, port1)
    const remote = remoteModel(port2)
    await expect(remote.call(['a'])).rejects.toThrow('no worker can be started')
    remote.close()
  })

  it('knows the name of the model, and learns the new one after a reload', async () => {
    const { port1, port2 } = new MessageChannel()
    let version = 1
    const call: SentimentModel['call'] = async (items) => items.map(() => ({ kind: 'failed', reason: 'none' }))
    serveModel(
      {
        get name() {
          return `m@${version}`
        },
        call,
      },
      port1,
    )
    const remote = remoteModel(port2)
    await remote.call([])
    expect(remote.name).toBe('m@1')
    version = 2
    await remote.call(['a'])
    expect(remote.name).toBe('m@2')
    remote.close()
  })

  it('rejects open calls when either side closes', async () => {
    const first = new MessageChannel()
    const stop = serveModel(silent, first.port1)
    const remote = remoteModel(first.port2)
    const open = remote.call(['a'])
    stop()
    await expect(open).rejects.toThrow(/closed the connection/)

    const second = new MessageChannel()
    const stopSecond = serveModel(silent, second.port1)
    const other = remoteModel(second.port2)
    const alsoOpen = other.call(['a'])
    other.close()
    await expect(alsoOpen).rejects.toThrow(/closed the connection/)
    stopSecond()
  })
})
