import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { seconds } from '../../streams/engine/time.js'
import { boundedWatermark } from '../../streams/engine/watermark.js'
import { type WatermarkSource, WatermarkTracker } from '../../streams/engine/watermark-tracker.js'

const partitions = (...ids: string[]): readonly WatermarkSource[] => ids.map((id) => ({ id, kind: 'records' }))
const producers = (...ids: string[]): readonly WatermarkSource[] => ids.map((id) => ({ id, kind: 'producer' }))

describe('the watermark of a partition', () => {
  it('is its highest timestamp less the bound and one', () => {
    expect(boundedWatermark(1_000, 100)).toBe(899)
  })

  it('passes the last timestamp of a window exactly when stream time reaches its end and grace', () => {
    const property = fc.property(fc.nat(1_000), fc.nat(1_000), fc.nat(1_000), (streamTime, end, grace) => {
      expect(boundedWatermark(streamTime, grace) >= end - 1).toBe(streamTime >= end + grace)
    })
    fc.assert(property)
  })
})

describe('combined stream time', () => {
  it('is unknown until every partition has shown a timestamp', () => {
    const tracker = new WatermarkTracker(partitions('a', 'b'), seconds(5))
    tracker.observe('a', 100)
    expect(tracker.advance(0)).toBeNull()
    tracker.observe('b', 40)
    expect(tracker.advance(0)).toBe(40)
  })

  it('is the minimum over the partitions', () => {
    const tracker = new WatermarkTracker(partitions('a', 'b'), null)
    tracker.observe('a', 100)
    tracker.observe('b', 40)
    tracker.observe('b', 70)
    expect(tracker.advance(0)).toBe(70)
  })

  it('never goes back for a record that is out of order', () => {
    const tracker = new WatermarkTracker(partitions('a'), null)
    tracker.observe('a', 100)
    tracker.advance(0)
    tracker.observe('a', 10)
    expect(tracker.advance(0)).toBe(100)
  })

  it('leaves out topics of commands', () => {
    const tracker = new WatermarkTracker([...partitions('a'), { id: 'commands', kind: 'none' }], null)
    tracker.observe('a', 100)
    tracker.observe('commands', 5)
    expect(tracker.advance(0)).toBe(100)
    expect(tracker.streamTimeOf('commands')).toBeNull()
  })
})

describe('a partition', () => {
  it('is idle once it was read to its end and nothing came for the idle time', () => {
    const tracker = new WatermarkTracker(partitions('a', 'b'), seconds(5))
    tracker.observe('a', 100)
    tracker.observe('b', 40)
    tracker.atEnd('b', 1_000)
    tracker.atEnd('b', 4_000)
    expect(tracker.advance(5_999)).toBe(40)
    expect(tracker.wakeAt).toBe(6_000)
    expect(tracker.advance(6_000)).toBe(100)
    expect(tracker.wakeAt).toBeNull()
  })

  it('is never idle while it is back-pressured, however long it is not read from', () => {
    const tracker = new WatermarkTracker(partitions('a', 'b'), seconds(5))
    tracker.observe('a', 100)
    tracker.observe('b', 40)
    tracker.atEnd('b', 1_000)
    tracker.notAtEnd('b')
    expect(tracker.advance(1_000_000)).toBe(40)
    expect(tracker.wakeAt).toBeNull()
  })

  it('is never idle where idleness is turned off', () => {
    const tracker = new WatermarkTracker(partitions('a', 'b'), null)
    tracker.observe('a', 100)
    tracker.atEnd('a', 0)
    tracker.atEnd('b', 0)
    expect(tracker.advance(1_000_000)).toBeNull()
  })

  it('that wakes up does not pull the stream time back, and holds it until it has caught up', () => {
    const tracker = new WatermarkTracker(partitions('a', 'b'), seconds(5))
    tracker.observe('a', 100)
    tracker.atEnd('b', 0)
    expect(tracker.advance(5_000)).toBe(100)
    tracker.observe('b', 50)
    tracker.observe('a', 200)
    expect(tracker.advance(5_001)).toBe(100)
    tracker.observe('b', 150)
    expect(tracker.advance(5_002)).toBe(150)
  })

  it('that is silent from the start holds the others back only for the idle time', () => {
    const tracker = new WatermarkTracker(partitions('a', 'empty'), seconds(5))
    tracker.observe('a', 100)
    tracker.atEnd('empty', 0)
    expect(tracker.advance(4_999)).toBeNull()
    expect(tracker.advance(5_000)).toBe(100)
  })

  it('of a topic that nobody ever used holds nobody back once it was read to its end', () => {
    const tracker = new WatermarkTracker(partitions('a', 'unused'), seconds(5))
    tracker.observe('a', 100)
    expect(tracker.advance(0)).toBeNull()
    tracker.atEnd('unused', 0, true)
    expect(tracker.advance(0)).toBe(100)
  })

  it('holds the others back for the idle time again once its topic is used', () => {
    const tracker = new WatermarkTracker(partitions('a', 'empty'), seconds(5))
    tracker.atEnd('empty', 0, true)
    tracker.atEnd('empty', 1_000, false)
    tracker.observe('a', 100)
    expect(tracker.advance(4_999)).toBeNull()
    expect(tracker.advance(5_000)).toBe(100)
  })

  it('of an unused topic does hold the others back when partitions are never idle', () => {
    const tracker = new WatermarkTracker(partitions('a', 'unused'), null)
    tracker.observe('a', 100)
    tracker.atEnd('unused', 0, true)
    expect(tracker.advance(3_600_000)).toBeNull()
  })
})

describe('silence on every partition', () => {
  const silent = () => {
    const tracker = new WatermarkTracker(partitions('a', 'b'), seconds(5))
    tracker.observe('a', 100)
    tracker.observe('b', 40)
    tracker.atEnd('a', 1_000)
    tracker.atEnd('b', 2_000)
    return tracker
  }

  it('moves stream time on at the pace of processing time, from the highest timestamp and since the last fell silent', () => {
    const tracker = silent()
    expect(tracker.advance(6_999)).toBe(40)
    expect(tracker.advance(7_000)).toBe(100)
    expect(tracker.advance(7_250)).toBe(350)
    expect(tracker.clockAt(1_100)).toBe(8_000)
  })

  it('gives the same whenever it is looked at', () => {
    const often = silent()
    for (let now = 2_000; now < 9_000; now += 1) often.advance(now)
    expect(often.advance(9_000)).toBe(silent().advance(9_000))
  })

  it('moves nothing while no timestamp was ever seen', () => {
    const tracker = new WatermarkTracker(partitions('a'), seconds(5))
    tracker.atEnd('a', 0)
    expect(tracker.advance(1_000_000)).toBeNull()
    expect(tracker.clockAt(5)).toBeNull()
  })

  it('ends with the first record, and what the clock had reached stays reached', () => {
    const tracker = silent()
    tracker.advance(8_000)
    tracker.observe('a', 300)
    expect(tracker.advance(9_000)).toBe(1_100)
    expect(tracker.clockAt(5_000)).toBeNull()
  })

  it('goes on from the time reached when the clock is set ahead', () => {
    const tracker = silent()
    expect(tracker.advance(8_000)).toBe(1_100)
    tracker.jumped(365 * 86_400_000)
    expect(tracker.advance(8_000 + 365 * 86_400_000)).toBe(1_100)
    expect(tracker.advance(8_500 + 365 * 86_400_000)).toBe(1_600)
    expect(tracker.clockAt(2_000)).toBe(8_900 + 365 * 86_400_000)
  })

  it('goes on from the time reached when the clock is set back', () => {
    const tracker = silent()
    expect(tracker.advance(8_000)).toBe(1_100)
    expect(tracker.advance(3_000)).toBe(1_100)
    expect(tracker.advance(3_500)).toBe(1_600)
  })
})

describe('a repartition topic', () => {
  it('is as far as the slowest of its producers says, whatever its records show', () => {
    const tracker = new WatermarkTracker(producers('p0', 'p1'), seconds(5))
    tracker.announce('p0', { kind: 'at', time: 500 })
    expect(tracker.advance(0)).toBeNull()
    tracker.announce('p1', { kind: 'at', time: 300 })
    expect(tracker.advance(0)).toBe(300)
  })

  it('waits for a producer that is silent, since only the producer knows that it has nothing more', () => {
    const tracker = new WatermarkTracker(producers('p0', 'p1'), seconds(5))
    tracker.announce('p0', { kind: 'at', time: 500 })
    tracker.announce('p1', { kind: 'at', time: 300 })
    tracker.atEnd('p1', 0)
    expect(tracker.advance(1_000_000)).toBe(300)
    tracker.announce('p1', { kind: 'idle' })
    expect(tracker.advance(1_000_000)).toBe(500)
  })

  it('moves on by the clock when every producer is idle', () => {
    const tracker = new WatermarkTracker(producers('p0', 'p1'), seconds(5))
    tracker.announce('p0', { kind: 'at', time: 500 })
    tracker.announce('p0', { kind: 'idle' })
    tracker.announce('p1', { kind: 'idle' })
    expect(tracker.advance(1_000)).toBe(500)
    expect(tracker.advance(1_200)).toBe(700)
  })

  it('never goes back when a producer does', () => {
    const tracker = new WatermarkTracker(producers('p0'), null)
    tracker.announce('p0', { kind: 'at', time: 500 })
    tracker.advance(0)
    tracker.announce('p0', { kind: 'at', time: 400 })
    expect(tracker.advance(0)).toBe(500)
  })
})

describe('a tracker', () => {
  it('takes up after a restart where it was, and finds out anew who is idle', () => {
    const tracker = new WatermarkTracker(partitions('a', 'b'), seconds(5))
    tracker.observe('a', 100)
    tracker.observe('b', 40)
    tracker.atEnd('b', 0)
    tracker.advance(5_000)
    const restored = new WatermarkTracker(partitions('a', 'b'), seconds(5))
    restored.restore(structuredClone(tracker.snapshot()))
    expect(restored.combined).toBe(100)
    expect(restored.isIdle('b', 5_000)).toBe(false)
    restored.observe('a', 200)
    expect(restored.advance(5_000)).toBe(100)
    expect(restored.streamTimeOf('b')).toBe(40)
  })

  it('never goes back, whatever happens to its sources', () => {
    const event = fc.record({
      id: fc.constantFrom('a', 'b', 'p'),
      what: fc.constantFrom('observe', 'atEnd', 'notAtEnd', 'at', 'idle'),
      time: fc.nat(1_000),
      now: fc.nat(500),
    })
    const property = fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const tracker = new WatermarkTracker([...partitions('a', 'b'), ...producers('p')], 20)
      let reached = Number.NEGATIVE_INFINITY
      for (const { id, what, time, now } of events) {
        if (what === 'observe') tracker.observe(id, time)
        if (what === 'atEnd') tracker.atEnd(id, now)
        if (what === 'notAtEnd') tracker.notAtEnd(id)
        if (what === 'at') tracker.announce(id, { kind: 'at', time })
        if (what === 'idle') tracker.announce(id, { kind: 'idle' })
        const combined = tracker.advance(now) ?? reached
        expect(combined).toBeGreaterThanOrEqual(reached)
        reached = combined
      }
    })
    fc.assert(property, { numRuns: 300 })
  })

  it('refuses a negative idle time', () => {
    expect(() => new WatermarkTracker(partitions('a'), -1)).toThrow(RangeError)
  })
})
