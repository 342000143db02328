import { describe, expect, it } from '@jest/globals'
import { Metrics } from './metrics.js'

const counted = (): Metrics => {
  const metrics = new Metrics({ processMetrics: false })
  metrics.committed(
    'consumer-trends.1',
    {
      read: 10,
      forwarded: 6,
      late: 1,
      partlyLate: 2,
      dropped: new Map([['duplicate', 2]]),
      deadLettered: new Map([['undecodable', 1]]),
      written: new Map([['mentions', 6]]),
    },
    12,
  )
  metrics.lag('consumer-trends.1', 5)
  metrics.lastEvent(1_700_000_000_000)
  metrics.batchAnswered('sentiment', 32, 40)
  metrics.textsScored({ texts: 32, hits: 8, failed: 1 })
  metrics.blockWritten('trends', 1_000, 8)
  metrics.liveClients(3)
  metrics.requestAnswered('/api/v1/posts', 200, 4)
  return metrics
}

describe('metrics', () => {
  it('counts every fate of a stage under its own name, with the reason where there is one', async () => {
    const text = await counted().expose()
    expect(text).toContain('pulso_records_read_total{stage="consumer-trends.1"} 10')
    expect(text).toContain('pulso_records_forwarded_total{stage="consumer-trends.1"} 6')
    expect(text).toContain('pulso_records_late_total{stage="consumer-trends.1"} 1')
    expect(text).toContain('pulso_records_dropped_total{stage="consumer-trends.1",reason="duplicate"} 2')
    expect(text).toContain('pulso_records_dead_lettered_total{stage="consumer-trends.1",reason="undecodable"} 1')
  })

  it('gives durations and instants in seconds', async () => {
    const text = await counted().expose()
    expect(text).toContain('pulso_commit_duration_seconds_sum{stage="consumer-trends.1"} 0.012')
    expect(text).toContain('pulso_last_event_timestamp_seconds 1700000000')
  })

  it('has one prefix, `_total` on every counter and on nothing else', async () => {
    const types = (await counted().expose()).matchAll(/^# TYPE (\S+) (\S+)$/gm)
    for (const [, name = '', type] of types) {
      expect(name).toMatch(/^pulso_/)
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter'])
    }
  })

  it('labels only with stages, topics, groups, tables, services, routes, statuses and reasons', async () => {
    const allowed = new Set(['stage', 'topic', 'group', 'table', 'service', 'route', 'status', 'reason', 'le'])
    const labels = (await counted().expose()).matchAll(/[{,](\w+)="/g)
    for (const [, label = ''] of labels) expect(allowed).toContain(label)
  })

  it('keeps two instances apart, so that one process may hold several engines', async () => {
    counted()
    expect(await new Metrics({ processMetrics: false }).expose()).not.toContain('consumer-trends')
  })

  it('reports memory, CPU and the delay of the event loop unless told not to', async () => {
    const text = await new Metrics().expose()
    expect(text).toContain('pulso_process_resident_memory_bytes')
    expect(text).toContain('pulso_nodejs_eventloop_lag_p99_seconds')
  })
})
