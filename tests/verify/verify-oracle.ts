import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { reportOf, totalOf } from './comparison.js'
import { oracleRun } from './oracle-run.js'

/** `npm run verify:oracle`: replays the whole file with everything planted, recomputes all of it, compares. */
const { values } = parseArgs({
  options: {
    posts: { type: 'string' },
    seed: { type: 'string', default: '1' },
    sentiment: { type: 'string', default: 'on' },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
})
const started = Date.now()
const dataDir = mkdtempSync(join(tmpdir(), 'pulso-verify-'))
try {
  const run = await oracleRun({
    dataDir,
    seed: Number(values.seed),
    ...(values.posts !== undefined && { posts: Number(values.posts) }),
    sentiment: values.sentiment === 'on',
    engagement: true,
    say: (what) => process.stderr.write(`${((Date.now() - started) / 1_000).toFixed(1).padStart(7)} s  ${what}\n`),
  })
  const mentioned = [...(await run.compare()), ...(await run.compareMetrics())]
  const compared = [...mentioned, ...(await (await run.observe()).compare())]
  await run.close()
  process.stdout.write(`${reportOf(compared)}\n`)
  const total = totalOf(compared)
  if (values.json) process.stdout.write(`${JSON.stringify({ seed: Number(values.seed), ...total, compared })}\n`)
  if (total.differences > 0) process.exitCode = 1
} finally {
  if (values.keep) process.stderr.write(`kept: ${dataDir}\n`)
  else rmSync(dataDir, { recursive: true, force: true })
}
