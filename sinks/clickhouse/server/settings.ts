import { AnalyticsError } from '../error.js'
import type { Settings } from '../executor.js'
import { unfit } from './failure.js'

/** A setting as the user of the server has it: a row of `system.settings`. */
export interface UserSetting {
  readonly value: string
  /** Whether the user may not change it: by `readonly = 1`, or by a constraint of the profile. */
  readonly fixed: boolean
  /** Bounds of the profile; null where there is none. */
  readonly min: string | null
  readonly max: string | null
}

/** Without these, inserts are slower, and the same. */
const ofSpeed = new Set([
  'optimize_on_insert',
  'compile_expressions',
  'compile_aggregate_expressions',
  'compile_sort_description',
  'input_format_parallel_parsing',
  'min_insert_block_size_bytes',
])
/** Servers that have these deduplicate by them alone; on those that do not, `insert_deduplicate` does what they do. */
const ofNewServers = new Set(['deduplicate_insert', 'deduplicate_insert_select'])

const violates = (value: string | number, { min, max }: UserSetting): boolean =>
  typeof value === 'number' && ((min !== null && value < Number(min)) || (max !== null && value > Number(max)))

/**
 * The settings that have to go along with an insert: those that the user has not anyway. Those of speed are left out
 * where the server does not know or the user may not change them.
 * @throws AnalyticsError UNFIT naming the settings without which a retried insert could double or lose rows
 */
export function insertableSettings(asked: Settings, ofUser: ReadonlyMap<string, UserSetting>): Settings {
  const sent: Record<string, string | number> = {}
  const unknown: string[] = []
  const fixed: string[] = []
  for (const [name, value] of Object.entries(asked)) {
    const known = ofUser.get(name)
    if (known === undefined) {
      if (!ofSpeed.has(name) && !ofNewServers.has(name)) unknown.push(name)
    } else if (known.value !== String(value)) {
      if (!known.fixed && !violates(value, known)) sent[name] = value
      else if (!ofSpeed.has(name)) fixed.push(`${name} (needed: ${value}, it is ${known.value || 'empty'})`)
    }
  }
  const problems = [
    unknown.length > 0 ? `the server does not know ${unknown.join(', ')}` : '',
    fixed.length > 0 ? `the user may not change ${fixed.join(', ')}` : '',
  ].filter((problem) => problem !== '')
  if (problems.length === 0) return sent
  throw new AnalyticsError(`blocks cannot be written once and only once: ${problems.join('; ')}`, 0, unfit)
}
