import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectPath } from '../../streams/project.js'
import type { Executor } from './executor.js'
import { encodeParams, quoteName } from './literal.js'
import { readRows, resultFormat, resultSettings } from './result.js'

export interface Migration {
  readonly version: number
  readonly name: string
  readonly checksum: string
  /** Each may be run again: a migration that was cut off is repeated from its start. */
  readonly statements: readonly string[]
}

const fileName = /^(\d{4})_(\w+)\.sql$/

/** Splits at semicolons that end a line: no statement of a migration has one elsewhere at the end of a line. */
const statementsOf = (sql: string): string[] =>
  sql
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement.replace(/^--.*$/gm, '').trim() !== '')

/** Reads `NNNN_name.sql` in the order of their numbers. */
export function readMigrations(folder = projectPath('sinks/clickhouse/migrations')): readonly Migration[] {
  return readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const match = fileName.exec(file)
      if (match?.[2] === undefined) return []
      const sql = readFileSync(join(folder, file), 'utf8')
      const checksum = createHash('sha256').update(sql).digest('hex')
      return [{ version: Number(match[1]), name: match[2], checksum, statements: statementsOf(sql) }]
    })
}

/** The statement, whose tables are those of `pulso`, for another database. */
const within = (database: string, statement: string): string =>
  database === 'pulso' ? statement : statement.replace(/\bpulso\./g, () => `${quoteName(database)}.`)

const ledger = `CREATE TABLE IF NOT EXISTS pulso.migrations
(version UInt32, name String, checksum String, appliedAt DateTime DEFAULT now())
ENGINE = MergeTree ORDER BY version`

interface Applied {
  readonly version: number
  readonly name: string
  readonly checksum: string
}

async function applied(executor: Executor, database: string): Promise<readonly Applied[]> {
  const sql = within(database, 'SELECT version, name, checksum FROM pulso.migrations ORDER BY version')
  const { bytes } = await executor.execute(sql, {
    format: resultFormat,
    settings: resultSettings,
  })
  return readRows(bytes).map((row) => ({
    version: Number(row.version),
    name: String(row.name),
    checksum: String(row.checksum),
  }))
}

async function exists(executor: Executor, database: string): Promise<boolean> {
  const { bytes } = await executor.execute(
    'SELECT count() AS found FROM system.databases WHERE name = {database:String}',
    { params: encodeParams({ database }), format: resultFormat, settings: resultSettings },
  )
  return Number(readRows(bytes)[0]?.found) > 0
}

/**
 * Brings the schema to the newest version.
 * @throws Error when the store was written by a newer Pulso, or by one whose migrations differ.
 */
export async function migrate(
  executor: Executor,
  database: string,
  migrations: readonly Migration[] = readMigrations(),
): Promise<{ readonly from: number; readonly to: number }> {
  // asked first: a user who may not make databases may well use one
  if (!(await exists(executor, database)))
    await executor.execute(`CREATE DATABASE IF NOT EXISTS ${quoteName(database)}`)
  await executor.execute(within(database, ledger))
  const done = await applied(executor, database)
  const from = done.at(-1)?.version ?? 0
  const newest = migrations.at(-1)?.version ?? 0
  if (from > newest) {
    throw new Error(
      `the analytics store has schema version ${from}, this Pulso knows up to ${newest}: ` +
        'start the Pulso that wrote it, or a newer one',
    )
  }
  for (const { version, name, checksum } of done) {
    const known = migrations.find((migration) => migration.version === version)
    if (known?.checksum === checksum) continue
    throw new Error(
      `migration ${version} (${name}) of the analytics store is not the one that this Pulso ships: ` +
        'an applied migration must never be edited; restore the file, or add a new migration',
    )
  }
  for (const migration of migrations.filter(({ version }) => version > from)) {
    for (const statement of migration.statements) await executor.execute(within(database, statement))
    await executor.execute(
      within(
        database,
        'INSERT INTO pulso.migrations (version, name, checksum) SELECT {version:UInt32}, {name:String}, {checksum:String}',
      ),
      { params: encodeParams({ version: migration.version, name: migration.name, checksum: migration.checksum }) },
    )
  }
  return { from, to: newest }
}
