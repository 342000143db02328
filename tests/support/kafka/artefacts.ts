import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { projectPath } from '../../../streams/project.js'

const works = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0

/** Where what tests fetch once is kept. */
const cache = () => process.env.TEST_CACHE_DIR ?? join(homedir(), '.cache', 'pulso')

/** Versions of Kafka that there are brokers of, by the first number. */
export type KafkaSeries = 3 | 4

/**
 * Folder of the broker's Java libraries; fetched from Maven the first time.
 * @throws Error that says what is missing
 */
export const brokerLibraries = (series: KafkaSeries = 4): string =>
  fetched('kafka', `tests/support/kafka/${series === 3 ? 'pom-3' : 'pom'}.xml`, 'dependency:copy-dependencies')

/**
 * Folder of the schema registry (Apicurio, which speaks Confluent's API); fetched from Maven the first time.
 * @throws Error that says what is missing
 */
export const registryFolder = (): string =>
  fetched('registry', 'tests/support/kafka/registry-pom.xml', 'dependency:unpack-dependencies')

/**
 * Folder of the Java libraries of docs/consumers/java.md; fetched from Maven the first time.
 * @throws Error that says what is missing
 */
export const consumerLibraries = (): string =>
  fetched('consumer', 'tests/support/kafka/consumer-pom.xml', 'dependency:copy-dependencies')

/**
 * Folder of the Java libraries of Kafka Streams, for the benchmark beside it; fetched from Maven the first time.
 * @throws Error that says what is missing
 */
export function streamsLibraries(): string {
  if (!works('javac', '-version'))
    throw new Error('there is no Java compiler here: apt-get install openjdk-17-jdk-headless')
  return fetched('streams', 'bench/kafka-streams/pom.xml', 'dependency:copy-dependencies')
}

/**
 * Folder of what this pom names, fetched from Maven the first time.
 * @param pomPath from the root of the project
 * @throws Error that says what is missing
 */
export function fetched(name: string, pomPath: string, goal: string): string {
  if (!works('java', '-version')) throw new Error('there is no Java here: apt-get install openjdk-17-jre-headless')
  const pom = projectPath(pomPath)
  const version = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12)
  const folder = join(cache(), `${name}-${version}`)
  if (existsSync(folder)) return folder
  if (!works('mvn', '-v')) throw new Error(`there is no Maven here to fetch the ${name}: apt-get install maven`)
  mkdirSync(cache(), { recursive: true })
  const begun = mkdtempSync(join(cache(), 'fetching-'))
  // What Maven notes of its work must not lie beside the pom: it would take the work for done in another cache.
  const notes = mkdtempSync(join(cache(), 'notes-'))
  try {
    const folders = [`-DoutputDirectory=${begun}`, `-DmarkersDirectory=${notes}`]
    execFileSync('mvn', ['-q', '-B', '-f', pom, goal, ...folders], { stdio: 'pipe' })
    if (readdirSync(begun).length === 0) throw new Error(`Maven fetched nothing for the ${name} from ${pom}`)
    // Another process may have been faster.
    if (!existsSync(folder)) renameSync(begun, folder)
  } finally {
    for (const left of [begun, notes]) rmSync(left, { recursive: true, force: true })
  }
  return folder
}
