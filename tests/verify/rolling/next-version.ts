import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectPath } from '../../../streams/project.js'
import { wordCount } from './next-trends.js'

/** What a next version has of its own; modules know their project by where they lie, so those are copies. */
const copied = new Set(['bin', 'dist', 'package.json', 'schemas', 'sinks'])

/**
 * Lays out the program as a next version, with another schema and table of mentions and another topology.
 * @param dir a folder that does not exist
 * @returns the script that starts it
 */
export function nextVersion(dir: string): string {
  mkdirSync(dir, { recursive: true })
  for (const name of readdirSync(projectPath('.'))) {
    const [from, to] = [projectPath(name), join(dir, name)]
    if (copied.has(name)) cpSync(from, to, { recursive: true })
    else symlinkSync(from, to)
  }
  const schema = join(dir, 'schemas/mention.avsc')
  const mention = JSON.parse(readFileSync(schema, 'utf8'))
  writeFileSync(schema, JSON.stringify({ ...mention, fields: [...mention.fields, wordCount] }, null, 2))
  const migration = 'ALTER TABLE pulso.mentions ADD COLUMN IF NOT EXISTS wordCount Nullable(Int32);\n'
  writeFileSync(join(dir, 'sinks/clickhouse/migrations/9999_word_count.sql'), migration)
  const trends = join(dir, 'dist/streams/topologies/consumer-trends.js')
  writeFileSync(trends, "export { consumerTrends } from '../../tests/verify/rolling/next-trends.js'\n")
  return join(dir, 'bin/pulso.js')
}
