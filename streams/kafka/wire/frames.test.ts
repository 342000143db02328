import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { Frames } from './frames.js'

const framed = (body: Uint8Array): Buffer => {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length)
  return Buffer.concat([length, body])
}

/** Gives the bytes as a socket would: as many at once as there is room for, and as are there. */
function deliver(frames: Frames, bytes: Buffer, cuts: readonly number[]): void {
  for (let at = 0, cut = 0; at < bytes.length; cut++) {
    const room = frames.room()
    const count = Math.min(room.length, cuts[cut % cuts.length] ?? 1, bytes.length - at)
    bytes.copy(room, 0, at, at + count)
    at += count
    frames.put(count)
  }
}

describe('answers of a broker', () => {
  it('come whole and in their order, however they were cut on their way', () => {
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.integer({ min: 65_000, max: 200_000 }).map((length) => new Uint8Array(length).fill(length % 251)),
    )
    const cuts = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 100_000 })), {
      minLength: 1,
    })
    fc.assert(
      fc.property(fc.array(body, { maxLength: 12 }), cuts, (bodies, at) => {
        const found: Buffer[] = []
        deliver(new Frames((frame) => found.push(frame)), Buffer.concat(bodies.map(framed)), at)
        expect(found.length).toBe(bodies.length)
        for (const [index, sent] of bodies.entries()) expect(found[index]?.equals(framed(sent))).toBe(true)
      }),
    )
  })

  it('are refused where no broker can have sent them', () => {
    const frames = new Frames(() => undefined)
    expect(() => deliver(frames, Buffer.from('HTTP/1.1 400 Bad Request\r\n'), [100])).toThrow('no Kafka broker')
  })
})
