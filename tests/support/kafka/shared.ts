import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brokerLibraries, type KafkaSeries, registryFolder, streamsLibraries } from './artefacts.js'
import { Broker } from './broker.js'
import { RegistryProcess } from './registry-process.js'

const startTimeout = 240_000
/** Session of a broker that no test kills: a busy machine does not shut it out. */
const neverKilled = 30_000

/**
 * Why there is no broker to test with; null when there is one. With CI set there must be one, and whoever asks for it
 * fails.
 */
export const whyNoBroker = (series: KafkaSeries = 4): string | null =>
  whyMissing(`Kafka ${series}`, () => brokerLibraries(series))

/** The same for the schema registry. */
export const whyNoRegistry = (): string | null => whyMissing('a schema registry', registryFolder)

/** The same for Kafka Streams, and what compiles a job for it. */
export const whyNoStreams = (): string | null => whyMissing('Kafka Streams', streamsLibraries)

function whyMissing(what: string, fetched: () => string): string | null {
  if (process.env.CI !== undefined) return null
  try {
    fetched()
    return null
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    process.stderr.write(`\nSKIPPED: nothing was tested against ${what}: ${reason}\n\n`)
    return reason
  }
}

/**
 * Address of the broker that all test files of a run share; the first one that asks starts it, the end of the run stops
 * it (see run-end.ts).
 */
export const sharedBroker = (series: KafkaSeries = 4): Promise<string> =>
  shared(series === 4 ? 'kafka' : `kafka-${series}`, async (dir, owner) => {
    const broker = await Broker.start(dir, { owner, series, sessionTimeout: neverKilled })
    return broker.address
  })

/** Address of the API of the schema registry that all test files of a run share. */
export const sharedRegistry = (): Promise<string> =>
  shared('registry', async (dir, owner) => (await RegistryProcess.start(dir, owner)).url)

/** @param name of the folder of the run that it has */
async function shared(name: string, start: (dir: string, owner: number) => Promise<string>): Promise<string> {
  const run = process.env.TEST_RUN_DIR
  if (run === undefined) throw new Error('no folder of the test run: run the tests with jest and its configuration')
  const dir = join(run, name)
  const told = join(dir, 'address')
  if (claim(dir)) {
    const address = await start(dir, Number(process.env.TEST_RUN_OWNER)).catch((error: unknown) => {
      writeFileSync(`${told}.failed`, String(error))
      throw error
    })
    writeFileSync(`${told}.new`, address)
    renameSync(`${told}.new`, told)
  }
  for (const until = Date.now() + startTimeout; !existsSync(told); ) {
    if (existsSync(`${told}.failed`)) throw new Error(readFileSync(`${told}.failed`, 'utf8'))
    if (Date.now() > until) throw new Error(`the ${name} of the test run in ${dir} did not start`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return readFileSync(told, 'utf8')
}

/** Whether this process is the first to make the folder. */
function claim(dir: string): boolean {
  // Of an existing folder this gives nothing, and makes nothing.
  return mkdirSync(dir, { recursive: true }) !== undefined
}
