import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { examineBrokers } from '../../streams/app/broker-examination.js'
import type { Finding } from '../../streams/app/finding.js'
import { Broker } from '../support/kafka/broker.js'
import { RegistryProcess } from '../support/kafka/registry-process.js'
import { whyNoBroker, whyNoRegistry } from '../support/kafka/shared.js'
import { scratchFolder } from '../support/scratch.js'
import { compareAll } from '../verify/compare/all.js'
import { reportOf, totalOf } from '../verify/comparison.js'
import { EngineProcess } from '../verify/engine-process.js'
import { drained } from '../verify/feed.js'
import { verificationInput } from '../verify/input.js'
import { allTaken, takenOrder } from '../verify/oracle/topic-log.js'
import { type OracleRun, oracleRun } from '../verify/oracle-run.js'
import { configOf, environmentOf, firstWidths, limits } from '../verify/world.js'

const withKafka = whyNoBroker() === null && whyNoRegistry() === null ? describe : describe.skip
const input = { seed: 5, posts: 150 }

withKafka('two applications on one Kafka cluster that read the same posts', () => {
  const scratch = scratchFolder()
  const folder = (name: string) => {
    const dir = join(scratch.dir, name)
    mkdirSync(dir, { recursive: true })
    return dir
  }
  let broker: Broker
  let registry: RegistryProcess
  let first: OracleRun
  let second: EngineProcess

  /** Those of a worker of the application. */
  const settingsOf = (application: string, prefixed: string) => ({
    PULSO_BACKEND: 'kafka',
    PULSO_KAFKA_BROKERS: broker.address,
    PULSO_SCHEMA_REGISTRY_URL: registry.url,
    PULSO_KAFKA_APPLICATION: application,
    PULSO_KAFKA_PREFIXED_TOPICS: prefixed,
    PULSO_STREAM_THREADS: '1',
  })
  const environment = (application: string, prefixed: string) => ({
    ...environmentOf({ dataDir: folder(application), sentiment: false }),
    ...settingsOf(application, prefixed),
  })

  beforeAll(async () => {
    broker = await Broker.start(folder('broker'), { sessionTimeout: 30_000 })
    registry = await RegistryProcess.start(folder('registry'))
    first = await oracleRun({
      ...{ dataDir: folder('first'), ...input, sentiment: false, say: () => {} },
      settings: settingsOf('first', 'internal'),
      meanwhile: async () => {
        second = await EngineProcess.start(folder('second'), environment('second', 'outputs'))
      },
    })
    await drained(second.instance())
  })

  afterAll(async () => {
    await second?.kill()
    await first?.close()
    await Promise.all([broker?.stop('SIGKILL'), registry?.stop('SIGKILL')])
    scratch.remove()
  })

  it('have complete results each, and none of the other', async () => {
    const sent = allTaken(takenOrder([{ events: verificationInput(input), widths: firstWidths }], limits()))
    for (const instance of [first.instance, second.instance()]) {
      const compared = await compareAll(instance, sent, first.expected)
      const { differences, numbers } = totalOf(compared)
      expect(differences === 0 ? '' : reportOf(compared)).toBe('')
      expect(numbers).toBeGreaterThan(10_000)
    }
  })

  it('are refused where a third one would write what the first one writes, and doctor says so', async () => {
    const third = EngineProcess.launch(folder('third'), environment('third', 'internal'))
    expect(await third.ended).toBe(1)
    expect(third.errors).toMatch(
      /application first writes to mentions, trends too.*PULSO_KAFKA_PREFIXED_TOPICS=outputs/,
    )
    const found = async (prefixed: string) => {
      const findings: Finding[] = []
      const examined = examineBrokers(configOf(environment('third', prefixed)))
      for (let next = await examined.next(); next.done !== true; next = await examined.next()) findings.push(next.value)
      return findings.filter(({ what }) => what === 'application third')
    }
    expect(await found('internal')).toEqual([
      expect.objectContaining({
        state: 'wrong',
        found: expect.stringContaining('application first writes to mentions'),
      }),
    ])
    expect(await found('outputs')).toEqual([])
  })
})
