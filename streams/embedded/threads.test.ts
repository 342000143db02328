import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from '@jest/globals'
import { newTopic, partitionOf } from '../../tests/support/backends.js'
import { startChild } from '../../tests/support/child.js'
import { embeddedPlace } from '../../tests/support/embedded-place.js'
import { offset } from '../engine/topic.js'
import { Environment } from './environment.js'
import { textKey } from './keys.js'

const appender = fileURLToPath(new URL('../../tests/support/pair-appender.js', import.meta.url))

describe('threads of one process', () => {
  it('write at once, see each other whole, and miss no wake-up', async () => {
    const place = await embeddedPlace()
    const { log } = await place.open()
    const { name } = await log.createTopic(newTopic(), 2)
    const [pairs, writers] = [400, 3]
    let ring = () => {}
    const stop = log.onAppend([name], () => ring())
    const workers = Array.from(
      { length: writers },
      () => new Worker(appender, { workerData: { dir: place.dir, topic: name, pairs } }),
    )
    const exits = workers.map((worker) => once(worker, 'exit'))
    const at = [partitionOf(name, 1), partitionOf(name, 0)]
    let next = offset(0)
    let looks = 0
    while (next < pairs * writers) {
      const rung = new Promise<void>((resolve) => {
        ring = resolve
      })
      const fetched = await log.fetch(
        at.map((partition) => ({ at: partition, from: next })),
        { records: 1e6, bytes: 1e9 },
      )
      expect(fetched[0]?.next).toBe(fetched[1]?.next)
      looks += 1
      if (fetched[0]?.next === next) await rung
      next = fetched[0]?.next ?? next
    }
    expect(looks).toBeGreaterThan(1)
    stop()
    for (const exit of exits) expect(await exit).toEqual([0])
    await place.remove()
  })

  it('finish the write under way when the process ends, which then does end', async () => {
    const place = await embeddedPlace()
    const child = startChild('exit-during-write.js', [place.dir])
    expect(await once(child.process, 'exit')).toEqual([3, null])
    const environment = new Environment({ dir: place.dir, sync: 'process', mapSize: 2 ** 30 })
    const written = environment.read(() => environment.tables.meta.get(textKey('written')))
    expect(Buffer.from(written ?? []).toString()).toBe('yes')
    await environment.close()
    await place.remove()
  })
})
