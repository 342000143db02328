import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readControlFile } from '../../streams/app/control.js'
import { askedUntil } from '../support/asked-until.js'
import { pulso } from '../support/command.js'
import { scratchFolder } from '../support/scratch.js'
import { EngineProcess } from '../verify/engine-process.js'
import { queried } from '../verify/reading.js'

const scratch = scratchFolder()
const dataDir = join(scratch.dir, 'data')
const settings = { PULSO_SENTIMENT: 'false', PULSO_SAMPLES: 'true' }
let engine: EngineProcess

const doors = () => {
  const control = readControlFile(dataDir)
  if (control === null) throw new Error(`no engine runs on ${dataDir}`)
  return control
}

interface Status {
  readonly phase: string
  readonly simulated: boolean
  readonly lag: readonly { readonly records: number }[]
}

/** The state of the stream, as the board gets it, once it is so. */
const until = (reached: (status: Status) => boolean, url: string = doors().url): Promise<Status> =>
  askedUntil(async () => (await (await fetch(`${url}/api/v1/status`)).json()) as Status, reached)

const toldPast = ({ phase, lag }: Status) => phase === 'live' && lag.every(({ records }) => records === 0)

/** Mentions that stand, and the posts that they are of. */
async function counted(): Promise<{ readonly standing: number; readonly posts: number }> {
  const [row] = await queried(engine.instance(), 'SELECT sum(sign), uniqExact(postId) FROM mentions')
  return { standing: Number(row?.[0]), posts: Number(row?.[1]) }
}

const linesTold = (): number => JSON.parse(readFileSync(join(dataDir, 'samples.json'), 'utf8')).line

beforeAll(async () => {
  engine = await EngineProcess.start(dataDir, settings)
})

afterAll(async () => {
  await engine.stop()
  scratch.remove()
})

describe('the first run', () => {
  it('answers with a board', async () => {
    const response = await fetch(doors().url)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/html/)])
    expect((await fetch(`${doors().url}/readyz`)).status).toBe(200)
    expect(await (await fetch(`${doors().clickhouse}/ping`)).text()).toBe('Ok.\n')
  })

  it('tells a past from the posts that ship, and says that they are simulated', async () => {
    expect(await until(toldPast)).toMatchObject({ simulated: true })
    const { standing, posts } = await counted()
    expect(standing).toBeGreaterThan(1_000)
    expect(standing).toBe(posts)
    expect(await queried(engine.instance(), 'SELECT DISTINCT simulated FROM mentions')).toEqual([[true]])
    const [minutes] = await queried(engine.instance(), 'SELECT uniqExact(start) FROM trends_by_minute')
    expect(Number(minutes?.[0])).toBeGreaterThan(60)
  })

  it('keeps its folder to itself', async () => {
    const second = await pulso(dataDir, ['start', '--http-port', '0', '--clickhouse-port', '0'])
    expect(second).toMatchObject({ status: 1, out: '' })
    expect(second.err).toMatch(new RegExp(`^${dataDir} belongs to process ${engine.pid} .*stop that one.*\n$`))
  })

  it.each([
    ['--http-port', '--clickhouse-port', 'PULSO_HTTP_PORT', () => doors().url],
    ['--clickhouse-port', '--http-port', 'PULSO_CLICKHOUSE_PORT', () => doors().clickhouse],
  ])('names the port that is taken: %s', async (door, other, variable, url) => {
    const { port } = new URL(url())
    const refused = await pulso(join(scratch.dir, 'other'), ['start', door, port, other, '0'])
    expect(refused).toMatchObject({ status: 1, out: '' })
    expect(refused.err).toMatch(new RegExp(`^port ${port} of 127.0.0.1, .* is taken: .* set ${variable} .*\n$`))
  })

  it('ends with 0 when asked to, and goes on where it was', async () => {
    const before = await counted()
    expect(await engine.stop()).toBe(0)
    expect(readControlFile(dataDir)).toBeNull()
    const told = linesTold()
    engine = await EngineProcess.start(dataDir, settings)
    await until(() => linesTold() > told)
    await until(toldPast)
    const after = await counted()
    expect(after.standing).toBe(after.posts)
    expect(after.posts).toBeGreaterThanOrEqual(before.posts)
    expect(after.posts).toBeLessThan(before.posts + 100)
  })

  it('survives being killed while it tells the past', async () => {
    await engine.stop()
    const killed = join(scratch.dir, 'killed')
    const victim = await EngineProcess.start(killed, settings)
    const instance = victim.instance()
    const sent = async () => (await instance.positions('posts')).reduce((sum, { end }) => sum + end, 0)
    await askedUntil(sent, (posts) => posts >= 1_000)
    await victim.kill()
    const left = await pulso(killed, ['query', 'SELECT count() >= 0 FROM mentions', '--format', 'TSV'])
    expect(left).toMatchObject({ status: 0, out: '1\n' })
    engine = await EngineProcess.start(killed, settings)
    const url = readControlFile(killed)?.url ?? ''
    await until(toldPast, url)
    const { standing, posts } = await counted()
    expect(standing).toBeGreaterThan(1_000)
    expect(standing).toBe(posts)
  })
})
