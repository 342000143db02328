import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { projectPath } from '../../../streams/project.js'
import { consumerLibraries } from './artefacts.js'

/** Where a program of docs/consumers finds the topics. */
export interface Cluster {
  readonly brokers: string
  readonly registry: string
}

/** Code of the page in this language, block by block. */
export function blocksOf(page: string, language: string): readonly string[] {
  const text = readFileSync(projectPath(`docs/consumers/${page}.md`), 'utf8')
  const blocks = [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))]
  if (blocks.length === 0) throw new Error(`docs/consumers/${page}.md has no block of ${language}`)
  return blocks.map(([, code = '']) => code)
}

const works = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0

/** Why the page in this language cannot be run here; null where it can. With CI set it must be run. */
export function whyNoConsumer(page: 'python' | 'java' | 'kcat'): string | null {
  if (process.env.CI !== undefined) return null
  const missing = missingFor[page]()
  if (missing !== null) process.stderr.write(`\nSKIPPED: docs/consumers/${page}.md was not run: ${missing}\n\n`)
  return missing
}

const missingFor = {
  python: () =>
    works('python3', '-c', 'import confluent_kafka.schema_registry.avro')
      ? null
      : 'confluent-kafka of Python is not here: pip install -r tests/requirements.txt',
  java: () => {
    if (!works('javac', '-version')) return 'there is no Java compiler here: apt-get install openjdk-17-jdk-headless'
    try {
      consumerLibraries()
      return null
    } catch (error) {
      return String(error)
    }
  },
  kcat: () => (works('kcat', '-V') ? null : 'kcat is not here: apt-get install kcat'),
} as const

/** Output of the program in Python. @throws Error with what it said when it failed */
export const runPython = (cluster: Cluster): Promise<string> =>
  run('python3', ['-c', blocksOf('python', 'python').join('')], cluster)

/** Output of the program in Java. @throws Error with what it said when it failed */
export async function runJava(cluster: Cluster): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'pulso-java-'))
  try {
    const file = join(dir, 'Dishes.java')
    writeFileSync(file, blocksOf('java', 'java').join(''))
    return await run('java', ['-XX:TieredStopAtLevel=1', '-cp', `${consumerLibraries()}/*`, file], cluster)
  } finally {
    rmSync(dir, { recursive: true })
  }
}

/** Output of each block for the shell. @throws Error with what one said when it failed */
export function runKcat(cluster: Cluster): Promise<readonly string[]> {
  return Promise.all(
    blocksOf('kcat', 'sh run').map((block) => run('bash', ['-c', `set -eo pipefail\n${block}`], cluster)),
  )
}

async function run(command: string, args: readonly string[], { brokers, registry }: Cluster): Promise<string> {
  const env = { ...process.env, KAFKA_BROKERS: brokers, SCHEMA_REGISTRY_URL: registry }
  return (await promisify(execFile)(command, [...args], { env })).stdout
}
