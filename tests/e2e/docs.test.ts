import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { projectPath } from '../../streams/project.js'
import { scratchFolder } from '../support/scratch.js'
import { EngineProcess } from '../verify/engine-process.js'

const scratch = scratchFolder()
const dataDir = join(scratch.dir, 'data')
const settings = {
  PULSO_SENTIMENT: 'true',
  PULSO_MODEL_DIR: projectPath('tests/fixtures/tiny-bert/wordpiece'),
  PULSO_MODEL_WORKERS: '1',
}
let engine: EngineProcess

/** Blocks of a page that are marked `sh run`, in their order. */
const blocksOf = (page: string) =>
  [...readFileSync(projectPath(page), 'utf8').matchAll(/^```sh run\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code)

/** Runs a block as it stands, with `pulso` on the path. */
async function shell(code: string): Promise<string> {
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, PULSO_DATA_DIR: dataDir, NODE: process.execPath, BIN: projectPath('bin/pulso.js') }
  const script = `set -e\npulso() { "$NODE" "$BIN" "$@"; }\n${code}`
  return (await promisify(execFile)('bash', ['-c', script], { cwd: scratch.dir, env })).stdout
}

beforeAll(async () => {
  engine = await EngineProcess.start(dataDir, settings)
})

afterAll(async () => {
  await engine.stop()
  scratch.remove()
})

describe('the page on commands', () => {
  it('has blocks that run as they stand, one after the other', async () => {
    const said: string[] = []
    for (const block of blocksOf('docs/commands.md')) said.push(await shell(block))
    const [doctor, sent, mended, asked, raised, detected, digest, token, erased] = said
    expect(doctor).toContain(`ok   engine (process ${engine.pid}): ready at`)
    expect(sent).toBe('{"file":"reviews.csv","sent":2,"refused":1}\n')
    expect(mended).toContain('1 replayed, 0 left')
    expect(asked).toMatch(/ceviche[\s\S]*"El ceviche, buenazo"[\s\S]*"postId"[\s\S]*Stage consumer-trends/)
    expect(raised).toBe('0 alerts, 0.0 a week, of 0 shifts that were told\n')
    expect(detected).toMatch(/"rows":800,"alerts":1,.*"refused":1}\n1709461200,90,0\.[5-9]\d*,1\n$/)
    expect(digest).toBe(
      '- 3 mentions by 3 authors in the period (26 Feb 2024 – 3 Mar 2024): too few to say more.\nwritten: week.html\n',
    )
    expect(token).toMatch(/^pulso_\S+\n$/)
    expect(erased).toMatch(/^1 post is being erased/)
    expect(said).toHaveLength(9)
  })
})

describe('the pages', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'samples/README.md'].concat(
    readdirSync(projectPath('docs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  )

  it.each(pages)('%s leads to files that are there', (page) => {
    const text = readFileSync(projectPath(page), 'utf8')
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, link = '']) => link)
    const missing = links.map((link) => join(dirname(projectPath(page)), link)).filter((file) => !existsSync(file))
    expect(missing.map((file) => relative(projectPath(''), file))).toEqual([])
  })

  it('name no setting that there is none of', () => {
    const known = new Set(readFileSync(projectPath('docs/configuration.md'), 'utf8').match(/PULSO_[A-Z_]+/g))
    // what the examples for foreign clients read
    for (const name of ['PULSO_', 'PULSO_URL', 'PULSO_PASSWORD']) known.add(name)
    const named = pages.flatMap((page) => readFileSync(projectPath(page), 'utf8').match(/PULSO_[A-Z_]*/g) ?? [])
    expect(named.filter((name) => !known.has(name))).toEqual([])
  })
})
