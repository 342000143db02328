import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { scratchFolder } from '../support/scratch.js'
import { tinyModel } from '../support/sentiment.js'
import { EngineProcess, type LogLine } from '../verify/engine-process.js'

const scratch = scratchFolder()
const folder = join(scratch.dir, 'model')
let engine: EngineProcess | undefined

afterAll(async () => {
  await engine?.stop()
  scratch.remove()
})

/** Tells the engine to load its model again, and waits for what it says of it. */
async function reload(running: EngineProcess): Promise<LogLine> {
  const told = new Promise<LogLine>((resolve) => {
    const forget = running.onLine((line) => {
      if (!String(line['msg']).includes('loaded again')) return
      forget()
      resolve(line)
    })
  })
  process.kill(running.pid, 'SIGHUP')
  return told
}

describe('an engine', () => {
  it('takes a new version of its model on SIGHUP, and keeps the present one when the new one is broken', async () => {
    await cp(tinyModel('wordpiece'), folder, { recursive: true })
    engine = await EngineProcess.start(join(scratch.dir, 'data'), {
      PULSO_SENTIMENT: 'true',
      PULSO_MODEL_DIR: folder,
      PULSO_ASPECT_MODEL_DIR: '',
    })
    const instance = engine.instance()
    const version = async (): Promise<unknown> => {
      const [result] = await instance.score(['muy rico'])
      return result?.kind === 'ok' ? result.value.model : result
    }
    expect(await version()).toBe('model@0.1.0')
    const config = join(folder, 'config.json')
    await writeFile(config, (await readFile(config, 'utf8')).replace('0.1.0', '0.2.0'))
    expect(await reload(engine)).toMatchObject({ model: 'model@0.2.0' })
    expect(await version()).toBe('model@0.2.0')
    await writeFile(config, '{')
    expect(await reload(engine)).toMatchObject({ level: 50, error: expect.stringContaining('config.json') })
    expect(await version()).toBe('model@0.2.0')
  })
})
