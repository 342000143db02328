import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectPath } from '../../streams/project.js'
import { fetched } from './kafka/artefacts.js'

const works = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0

/** A program in another language: the command that runs it, and its end. */
export interface ForeignProgram {
  readonly command: string
  readonly args: readonly string[]
  remove(): void
}

/** Languages whose client of ClickHouse the tests run, and why one cannot be run here; null where it can. */
export const missingClient = {
  python: () =>
    works('python3', '-c', 'import clickhouse_connect')
      ? null
      : 'clickhouse-connect of Python is not here: pip install -r tests/requirements.txt',
  java: () =>
    works('javac', '-version') ? null : 'there is no Java compiler here: apt-get install openjdk-17-jdk-headless',
  go: () => (works('go', 'version') ? null : 'there is no Go here: apt-get install golang-go'),
} as const

export type ForeignLanguage = keyof typeof missingClient

/** Whether the client of this language is run here. With CI set it must be: then its test fails where it is missing. */
export function isRunHere(language: ForeignLanguage): boolean {
  const missing = missingClient[language]()
  if (missing === null || process.env.CI !== undefined) return true
  process.stderr.write(`\nSKIPPED: the client of ClickHouse in ${language} was not run: ${missing}\n\n`)
  return false
}

const folder = () => {
  const dir = mkdtempSync(join(tmpdir(), 'pulso-client-'))
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

const makers: Readonly<Record<ForeignLanguage, (code: string) => ForeignProgram>> = {
  python: (code) => ({ command: 'python3', args: ['-c', code], remove: () => undefined }),
  java(code) {
    const libraries = fetched('jdbc', 'tests/support/jdbc-pom.xml', 'dependency:copy-dependencies')
    const { dir, remove } = folder()
    const file = join(dir, 'Dishes.java')
    writeFileSync(file, code)
    return { command: 'java', args: ['-XX:TieredStopAtLevel=1', '-cp', `${libraries}/*`, file], remove }
  },
  go(code) {
    const { dir, remove } = folder()
    for (const file of ['go.mod', 'go.sum'])
      copyFileSync(projectPath(`tests/support/clickhouse-go/${file}`), join(dir, file))
    writeFileSync(join(dir, 'main.go'), code)
    execFileSync('go', ['build', '-o', 'program', '.'], { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] })
    return { command: join(dir, 'program'), args: [], remove }
  },
}

/**
 * A program of docs/clients.md, ready to run.
 * @throws Error that says what is missing, or what the compiler said
 */
export const foreignProgram = (language: ForeignLanguage, code: string): ForeignProgram => makers[language](code)
