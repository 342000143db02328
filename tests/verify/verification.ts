import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { reportOf, totalOf } from './comparison.js'
import { crashRun } from './crash-run.js'
import type { TrialOptions } from './engine-trial.js'
import type { Trial } from './trial.js'

/** Options that every command has, as `parseArgs` takes them. */
export const commonOptions = {
  posts: { type: 'string' },
  seed: { type: 'string', default: '1' },
  sentiment: { type: 'string', default: 'on' },
  json: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
} as const

export interface CommonValues {
  readonly posts?: string | undefined
  readonly seed: string
  readonly sentiment: string
  readonly json: boolean
  readonly keep: boolean
}

/**
 * Runs a trial from the command line: says what is done while it runs, prints what was compared, and has the process end
 * with 1 when something differs.
 * @param strikes how often something happens to those who work
 */
export async function verification(
  values: CommonValues,
  strikes: number,
  begin: (options: TrialOptions) => Promise<Trial>,
): Promise<void> {
  const started = Date.now()
  const dataDir = mkdtempSync(join(tmpdir(), 'pulso-verify-'))
  try {
    const { compared, hits, again } = await crashRun({
      begin,
      dataDir,
      seed: Number(values.seed),
      ...(values.posts !== undefined && { posts: Number(values.posts) }),
      kills: strikes,
      sentiment: values.sentiment === 'on',
      say: (what) => process.stderr.write(`${((Date.now() - started) / 1_000).toFixed(1).padStart(7)} s  ${what}\n`),
    })
    const moments = [...hits.by].sort().map(([what, times]) => `${what} ${times}`)
    process.stdout.write(`struck: ${moments.join(', ')}; ${hits.resumed} planned blocks were written again\n`)
    process.stdout.write(`${again.resent} chunks were sent again, ${again.doubled} of them had got in before\n`)
    process.stdout.write(`${reportOf(compared)}\n`)
    const total = totalOf(compared)
    const summary = { seed: Number(values.seed), kills: Object.fromEntries(hits.by), resumed: hits.resumed, ...again }
    if (values.json) process.stdout.write(`${JSON.stringify({ ...summary, ...total, compared })}\n`)
    if (total.differences > 0) process.exitCode = 1
  } finally {
    if (values.keep) process.stderr.write(`kept: ${dataDir}\n`)
    else rmSync(dataDir, { recursive: true, force: true })
  }
}
