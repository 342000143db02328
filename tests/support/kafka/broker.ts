import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { brokerLibraries, type KafkaSeries } from './artefacts.js'
import { freePort, KeptProcess } from './kept-process.js'

/** Shorter than the time of a test, so that its failure says what the broker said. */
const startTimeout = 120_000

export interface BrokerOptions {
  /** Id of the process that the broker must not outlive; absent: this one. */
  readonly owner?: number
  /**
   * Milliseconds after which one that was killed is let in again; on a busy machine a short one shuts out one that
   * lives.
   */
  readonly sessionTimeout?: number
  /** Options of the Java virtual machine; absent: those of a broker that is up soon and small. */
  readonly jvm?: readonly string[]
  /** Absent: 4. */
  readonly series?: KafkaSeries
  /** Doors beside the plain one, and who is let in there. */
  readonly secured?: Secured
}

export interface Secured {
  readonly listeners: readonly { readonly name: string; readonly port: number; readonly protocol: string }[]
  /** Lines of the configuration. */
  readonly properties: readonly string[]
  /** Users by SCRAM, as the storage tool takes them. */
  readonly scram: readonly string[]
}

const nothingMore: Secured = { listeners: [], properties: [], scram: [] }

const soonUp: readonly string[] = ['-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']

/** A real broker of one node (KRaft) in a folder; started anew in the same folder it has what it had. */
export class Broker {
  readonly port: number
  readonly #dir: string
  readonly #controllerPort: number
  readonly #sessionTimeout: number
  readonly #jvm: readonly string[]
  readonly #series: KafkaSeries
  readonly #secured: Secured
  readonly #process: KeptProcess

  private constructor(
    dir: string,
    ports: readonly [number, number],
    { owner, sessionTimeout, jvm, series, secured }: Required<BrokerOptions>,
  ) {
    this.#dir = dir
    this.#sessionTimeout = sessionTimeout
    this.#jvm = jvm
    this.#series = series
    this.#secured = secured
    this.#process = new KeptProcess({ dir, name: 'broker', owner })
    ;[this.port, this.#controllerPort] = ports
  }

  /** @param dir an empty folder, for its data */
  static async start(dir: string, options: BrokerOptions = {}): Promise<Broker> {
    const { owner = process.pid, sessionTimeout = 1_000, jvm = soonUp, series = 4, secured = nothingMore } = options
    const ports = [await freePort(), await freePort()] as const
    const broker = new Broker(dir, ports, { owner, sessionTimeout, jvm, series, secured })
    broker.#format()
    await broker.resume()
    return broker
  }

  get address(): string {
    return `127.0.0.1:${this.port}`
  }

  /** Process id of the broker. */
  get pid(): number {
    return this.#process.pid
  }

  /** Starts the process, and waits until it answers. */
  resume(): Promise<void> {
    const command = java(this.#series, this.#jvm, 'kafka.Kafka', this.#configuration)
    return this.#process.start(command, () => this.#answers(), startTimeout)
  }

  /** Ends the process and waits for it. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    return this.#process.stop(signal)
  }

  get #configuration(): string {
    return join(this.#dir, 'server.properties')
  }

  #format(): void {
    const plain = properties(
      this.#dir,
      [this.port, this.#controllerPort],
      this.#sessionTimeout,
      this.#secured.listeners,
    )
    writeFileSync(this.#configuration, [...plain, ...this.#secured.properties, ''].join('\n'))
    const users = this.#secured.scram.flatMap((user) => ['--add-scram', user])
    const args = ['format', '--standalone', '-t', 'cHVsc28tdGVzdHMtMDAwMQ', '-c', this.#configuration, ...users]
    const [command = 'java', ...rest] = java(this.#series, soonUp, 'kafka.tools.StorageTool', ...args)
    execFileSync(command, rest, { stdio: 'pipe', cwd: this.#dir })
  }

  async #answers(): Promise<void> {
    const admin = new Kafka({
      brokers: [this.address],
      logLevel: logLevel.NOTHING,
      connectionTimeout: 1_000,
      retry: { retries: 0 },
    }).admin()
    try {
      await admin.connect()
      await admin.describeCluster()
    } finally {
      await admin.disconnect()
    }
  }
}

const java = (series: KafkaSeries, jvm: readonly string[], main: string, ...args: string[]): string[] => [
  ...['java', ...jvm, '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'],
  ...['-cp', `${brokerLibraries(series)}/*`, main, ...args],
]

const properties = (
  dir: string,
  [port, controllerPort]: readonly [number, number],
  sessionTimeout: number,
  more: Secured['listeners'],
): readonly string[] => {
  const addresses = [{ name: 'PLAINTEXT', port, protocol: 'PLAINTEXT' }, ...more]
  const told = addresses.map((each) => `${each.name}://127.0.0.1:${each.port}`)
  const protocols = addresses.map(({ name, protocol }) => `${name}:${protocol}`)
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.bootstrap.servers=127.0.0.1:${controllerPort}`,
    `listeners=${[...told, `CONTROLLER://127.0.0.1:${controllerPort}`].join()}`,
    `advertised.listeners=${told.join()}`,
    'controller.listener.names=CONTROLLER',
    `listener.security.protocol.map=${['CONTROLLER:PLAINTEXT', ...protocols].join()}`,
    'inter.broker.listener.name=PLAINTEXT',
    `log.dirs=${join(dir, 'data')}`,
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=4',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'transaction.state.log.num.partitions=4',
    'transaction.abort.timed.out.transaction.cleanup.interval.ms=1000',
    `broker.session.timeout.ms=${sessionTimeout}`,
    'broker.heartbeat.interval.ms=200',
    'group.initial.rebalance.delay.ms=0',
    'group.min.session.timeout.ms=500',
    'auto.create.topics.enable=false',
    'log.cleaner.dedupe.buffer.size=8388608',
    'share.coordinator.state.topic.replication.factor=1',
    'share.coordinator.state.topic.min.isr=1',
  ]
}
