import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { reportOf, totalOf } from './comparison.js'
import { crashRun } from './crash-run.js'

/** `npm run verify:crash`: breaks what works while it is fed, then compares everything that it wrote. */
const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'embedded' },
    kills: { type: 'string', default: '100' },
    posts: { type: 'string' },
    seed: { type: 'string', default: '1' },
    sentiment: { type: 'string', default: 'on' },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
})
const { backend } = values
if (backend !== 'embedded' && backend !== 'kafka')
  throw new Error(`"${backend}" is no backend that can be killed here: embedded and kafka are`)
const started = Date.now()
const dataDir = mkdtempSync(join(tmpdir(), 'pulso-verify-'))
try {
  const { compared, hits, again } = await crashRun({
    backend,
    dataDir,
    seed: Number(values.seed),
    ...(values.posts !== undefined && { posts: Number(values.posts) }),
    kills: Number(values.kills),
    sentiment: values.sentiment === 'on',
    say: (what) => process.stderr.write(`${((Date.now() - started) / 1_000).toFixed(1).padStart(7)} s  ${what}\n`),
  })
  const moments = [...hits.by].sort().map(([what, times]) => `${what} ${times}`)
  process.stdout.write(`struck: ${moments.join(', ')}; ${hits.resumed} planned blocks were written again\n`)
  process.stdout.write(`${again.resent} chunks were sent again, ${again.doubled} of them had got in before\n`)
  process.stdout.write(`${reportOf(compared)}\n`)
  const total = totalOf(compared)
  const summary = {
    seed: Number(values.seed),
    kills: Object.fromEntries(hits.by),
    resumed: hits.resumed,
    ...again,
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ ...summary, ...total, compared })}\n`)
  if (total.differences > 0) process.exitCode = 1
} finally {
  if (values.keep) process.stderr.write(`kept: ${dataDir}\n`)
  else rmSync(dataDir, { recursive: true, force: true })
}
