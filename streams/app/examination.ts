import { existsSync, mkdtempSync, rmdirSync, statfsSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Config } from '../config.js'
import { nearestFolder } from '../embedded/make-folder.js'
import { isOnServer } from './analytics-store.js'
import { examineBrokers } from './broker-examination.js'
import { examineClickHouseServer } from './clickhouse-examination.js'
import { readControlFile } from './control.js'
import { doubtful, type Finding, fine, wrong } from './finding.js'
import { openModel } from './model.js'
import { openInstance } from './open.js'
import { examineRegistry } from './registry-examination.js'

const gibibyte = 1024 ** 3

/** Looks at everything that a Pulso on this machine needs, from the ground up. */
export async function* examine(config: Config): AsyncGenerator<Finding> {
  yield nodeVersion()
  yield folder(config)
  yield space(config)
  yield await model(config)
  if (isOnServer(config)) yield await examineClickHouseServer(config)
  const control = readControlFile(config.dataDir)
  if (control === null) {
    yield await port('board and API', config.httpHost, config.httpPort, 'PULSO_HTTP_PORT')
    if (!isOnServer(config) && config.tables)
      yield await port('ClickHouse interface', config.clickhouseHost, config.clickhousePort, 'PULSO_CLICKHOUSE_PORT')
  } else {
    yield* running(control.url, control.pid)
  }
  if (config.schemaRegistryUrl !== '') yield* examineRegistry(config)
  const isWhole = config.backend === 'embedded' ? existsSync(config.dataDir) : yield* examineBrokers(config)
  if (isWhole) yield* stores(config)
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const enough = major > 20 || (major === 20 && minor >= 19)
  return enough ? fine('Node.js', process.version) : wrong('Node.js', process.version, 'install Node.js 20.19 or newer')
}

function folder(config: Config): Finding {
  const what = 'data folder'
  const remedy = 'set PULSO_DATA_DIR to a folder that this user may write'
  if (statSync(config.dataDir, { throwIfNoEntry: false })?.isDirectory() === false)
    return wrong(what, `${config.dataDir} is a file`, remedy)
  const nearest = nearestFolder(config.dataDir)
  try {
    // Made and taken away again: rights alone do not tell, as in /proc or on a disk that takes no writes.
    rmdirSync(mkdtempSync(join(nearest, '.pulso-')))
    return fine(what, nearest === config.dataDir ? nearest : `${config.dataDir} (made at the first start)`)
  } catch (error) {
    return wrong(what, `nothing can be made in ${nearest} (${messageOf(error)})`, remedy)
  }
}

function space(config: Config): Finding {
  const { bavail, bsize } = statfsSync(nearestFolder(config.dataDir))
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
    const loaded = await openModel(config, 1)
    const { provider, why } = loaded.status()
    const [result] = await loaded.call(['El ceviche estuvo muy rico'])
    await loaded.close()
    return result?.kind === 'ok'
      ? fine(what, `${result.value.model} answers, computed by ${provider}: ${why}`)
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
      if (!config.tables) return
      const answer = await instance.query('SELECT count() AS mentions FROM mentions', 'TSV', {})
      yield fine('analytics store', `${Buffer.from(answer).toString('utf8').trim()} rows of mentions`)
    } finally {
      await instance.close()
    }
  } catch (error) {
    yield wrong('stores', messageOf(error), 'the message says what to do')
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
