import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import { openSentimentModel } from '../../models/sentiment-model.js'
import type { Config } from '../config.js'
import { readControlFile } from './control.js'
import { openInstance } from './open.js'

/** One thing that was looked at. */
export interface Finding {
  readonly what: string
  readonly state: 'fine' | 'doubtful' | 'wrong'
  readonly found: string
  /** What to do; null when nothing is to be done. */
  readonly remedy: string | null
}

const fine = (what: string, found: string): Finding => ({ what, state: 'fine', found, remedy: null })
const wrong = (what: string, found: string, remedy: string): Finding => ({ what, state: 'wrong', found, remedy })
const doubtful = (what: string, found: string, remedy: string): Finding => ({ what, state: 'doubtful', found, remedy })

const gibibyte = 1024 ** 3

/** Looks at everything that a Pulso on this machine needs, from the ground up. */
export async function* examine(config: Config): AsyncGenerator<Finding> {
  yield nodeVersion()
  yield folder(config)
  yield space(config)
  yield await model(config)
  const control = readControlFile(config.dataDir)
  if (control === null) {
    yield await port('board and API', config.httpHost, config.httpPort, 'PULSO_HTTP_PORT')
    yield await port('ClickHouse interface', config.clickhouseHost, config.clickhousePort, 'PULSO_CLICKHOUSE_PORT')
  } else {
    yield* running(control.url, control.pid)
  }
  yield* stores(config)
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const enough = major > 20 || (major === 20 && minor >= 19)
  return enough ? fine('Node.js', process.version) : wrong('Node.js', process.version, 'install Node.js 20.19 or newer')
}

function folder(config: Config): Finding {
  const what = 'data folder'
  const nearest = existsSync(config.dataDir) ? config.dataDir : dirname(config.dataDir)
  try {
    accessSync(nearest, constants.W_OK)
    return fine(what, existsSync(config.dataDir) ? config.dataDir : `${config.dataDir} (made at the first start)`)
  } catch {
    return wrong(what, `${nearest} cannot be written`, 'set PULSO_DATA_DIR to a folder that this user may write')
  }
}

function space(config: Config): Finding {
  const { bavail, bsize } = statfsSync(existsSync(config.dataDir) ? config.dataDir : dirname(config.dataDir))
  const free = (bavail * bsize) / gibibyte
  const found = `${free.toFixed(1)} GiB free`
  return free > 2
    ? fine('disk', found)
    : doubtful('disk', found, 'make room: the log and the tables grow with what comes in')
}

async function model(config: Config): Promise<Finding> {
  const what = 'sentiment model'
  if (!config.sentiment) return fine(what, 'switched off')
  try {
    const loaded = await openSentimentModel({ dir: config.modelDir, workers: 1 })
    const [result] = await loaded.call(['El ceviche estuvo muy rico'])
    await loaded.close()
    return result?.kind === 'ok'
      ? fine(what, `${result.value.model} answers`)
      : wrong(
          what,
          `it does not score: ${result?.reason}`,
          'set PULSO_MODEL_DIR to a model directory that does, or PULSO_SENTIMENT=false',
        )
  } catch (error) {
    return wrong(
      what,
      messageOf(error),
      'set PULSO_MODEL_DIR to a Hugging Face model directory, or PULSO_SENTIMENT=false',
    )
  }
}

function port(what: string, host: string, number: number, variable: string): Promise<Finding> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(
        wrong(
          what,
          `port ${number} of ${host}: ${error.code === 'EADDRINUSE' ? 'taken' : error.message}`,
          `end what listens there, or set ${variable}`,
        ),
      ),
    )
    server.listen(number, host, () => server.close(() => resolve(fine(what, `port ${number} of ${host} is free`))))
  })
}

async function* running(url: string, pid: number): AsyncGenerator<Finding> {
  const what = `engine (process ${pid})`
  try {
    const response = await fetch(`${url}/readyz`)
    const text = await response.text()
    yield response.ok
      ? fine(what, `ready at ${url}`)
      : wrong(what, text, 'see its log for what fails; it goes on by itself once that is mended')
  } catch (error) {
    yield wrong(
      what,
      `does not answer at ${url}: ${messageOf(error)}`,
      `look whether process ${pid} is stuck, and start it again`,
    )
  }
}

async function* stores(config: Config): AsyncGenerator<Finding> {
  if (!existsSync(config.dataDir)) return
  try {
    const instance = await openInstance(config)
    try {
      const lag = await instance.lag()
      const behind = lag.reduce((sum, group) => sum + group.lag, 0)
      yield instance.kind === 'running' && behind > 10_000
        ? doubtful(
            'log',
            `${behind} records wait to be read`,
            'see which group lags in /metrics: pulso_consumer_lag_records',
          )
        : fine('log', `${lag.length} partitions of groups, ${behind} records wait to be read`)
      const letters = (await instance.positions('dead-letters')).reduce((sum, { start, end }) => sum + end - start, 0)
      yield letters === 0
        ? fine('dead letters', 'none')
        : doubtful('dead letters', `${letters}`, 'see pulso dead-letters list')
      const answer = await instance.query('SELECT count() AS mentions FROM pulso.mentions', 'TSV', {})
      yield fine('analytics store', `${Buffer.from(answer).toString('utf8').trim()} rows of mentions`)
    } finally {
      await instance.close()
    }
  } catch (error) {
    yield wrong('stores', messageOf(error), 'the message says what to do')
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
