import { readFile } from 'node:fs/promises'
import { firstTokenOnly } from '../onnx/first-token.js'
import { readOnnx } from '../onnx/read.js'
import { writeOnnx } from '../onnx/write.js'
import { openSession } from './onnxruntime.js'
import type { Provider } from './provider.js'

/** The model without what it computes in vain; the file itself where it is of a kind that cannot be read here. */
async function prepared(file: string): Promise<string | Uint8Array> {
  const bytes = await readFile(file)
  try {
    const model = readOnnx(bytes)
    const shorter = firstTokenOnly(model)
    return shorter === model ? file : writeOnnx(shorter)
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
