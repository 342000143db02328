import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ClickHouseServer, rightPassword } from '../../support/clickhouse-server.js'
import type { KafkaSeries } from '../../support/kafka/artefacts.js'
import { Broker } from '../../support/kafka/broker.js'
import { RegistryProcess } from '../../support/kafka/registry-process.js'
import { widen } from '../../support/kafka/widen.js'

/** After so many milliseconds a broker that was killed is let in again. */
const brokerSession = 3_000
/** After so many milliseconds without a word a worker is taken for dead. */
export const workerSession = 4_000

/** A broker, a schema registry and a ClickHouse server, of nobody else. */
export class Cluster {
  readonly broker: Broker
  readonly registry: RegistryProcess
  readonly clickhouse: ClickHouseServer

  private constructor(broker: Broker, registry: RegistryProcess, clickhouse: ClickHouseServer) {
    this.broker = broker
    this.registry = registry
    this.clickhouse = clickhouse
  }

  /**
   * @param dir folder of their data
   * @param series of the broker's version
   */
  static async start(dir: string, series: KafkaSeries = 4): Promise<Cluster> {
    const [ofBroker, ofRegistry] = [join(dir, 'broker'), join(dir, 'registry')] as const
    for (const folder of [ofBroker, ofRegistry]) mkdirSync(folder, { recursive: true })
    return new Cluster(
      await Broker.start(ofBroker, { sessionTimeout: brokerSession, series }),
      await RegistryProcess.start(ofRegistry),
      await ClickHouseServer.start(),
    )
  }

  /** What workers need to know of it. */
  get settings(): Readonly<Record<string, string>> {
    return {
      PULSO_BACKEND: 'kafka',
      PULSO_KAFKA_BROKERS: this.broker.address,
      PULSO_KAFKA_APPLICATION: 'verify',
      PULSO_KAFKA_SESSION_TIMEOUT: `${workerSession}ms`,
      PULSO_KAFKA_TRANSACTION_TIMEOUT: '10s',
      PULSO_SCHEMA_REGISTRY_URL: this.registry.url,
      PULSO_CLICKHOUSE_URL: this.clickhouse.url,
      PULSO_CLICKHOUSE_PASSWORD: rightPassword,
    }
  }

  /** Brings the topic to so many partitions, each of which has a leader when this resolves. */
  async widen(topic: string, count: number): Promise<void> {
    await widen(this.broker.address, [topic], count)
  }

  async stop(): Promise<void> {
    await Promise.all([this.broker.stop('SIGKILL'), this.registry.stop('SIGKILL'), this.clickhouse.remove()])
  }
}
