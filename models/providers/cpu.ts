import { readFile } from 'node:fs/promises'
import { isPrepared, prepare } from '../onnx/prepared.js'
import { openSession } from './onnxruntime.js'
import type { Provider } from './provider.js'

/** The model without what it computes in vain; the file itself where it is of a kind that cannot be read here. */
async function prepared(file: string): Promise<string | Uint8Array> {
  if (await isPrepared(file)) return file
  const bytes = await readFile(file)
  try {
    return prepare(bytes)
  } catch {
    return file
  }
}

/**
 * onnxruntime on the CPU. The arenas are off: they keep the memory of the largest batch for ever, and sessions that
 * run one thread each gain nothing measurable by them.
 */
export const cpu: Provider = async (options) =>
  openSession(await prepared(options.onnxFile), options, {
    executionProviders: ['cpu'],
    enableCpuMemArena: false,
    enableMemPattern: false,
  })
