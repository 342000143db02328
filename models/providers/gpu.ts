import { readFile } from 'node:fs/promises'
import type { InferenceSession } from 'onnxruntime-node'
import { firstTokenOnly } from '../onnx/first-token.js'
import { halved } from '../onnx/half.js'
import { isFused, lower } from '../onnx/lower.js'
import { readOnnx } from '../onnx/read.js'
import { writeOnnx } from '../onnx/write.js'
import { openSession } from './onnxruntime.js'
import type { ClassifierOptions, Precision, Provider } from './provider.js'

type Half = 'fp16' | 'fp32'

/** Graphics processors compute with floats: integers of the file are written out as the numbers they stand for. */
async function modelFor(options: ClassifierOptions, precision: Half): Promise<Uint8Array> {
  const model = firstTokenOnly(readOnnx(await readFile(options.onnxFile)))
  const floats = isFused(model) ? lower(model, 'floats') : model
  return writeOnnx(precision === 'fp16' ? halved(floats) : floats)
}

function chosen(precision: Precision, fallback: Half, name: string): Half {
  if (precision === 'auto') return fallback
  if (precision === 'fp16' || precision === 'fp32') return precision
  throw new Error(`${name} computes with fp16 or fp32, not with ${precision}`)
}

const gpu =
  (name: string, fallback: Half, executionProviders: InferenceSession.SessionOptions['executionProviders']): Provider =>
  async (options) => {
    const precision = chosen(options.precision, fallback, name)
    const how = { executionProviders: executionProviders ?? [] }
    const model = await modelFor(options, precision)
    try {
      return { ...(await openSession(model, options, how)), precision }
    } catch (error) {
      const why = error instanceof Error ? error.message.trim() : String(error)
      throw new Error(`${name} cannot be used: ${why}; npm run gpu:setup says what it needs`, { cause: error })
    }
  }

/** Vulkan, Metal or Direct3D 12, by what onnxruntime-node brings. Not every device computes with fp16: that is asked for. */
export const webgpu = gpu('webgpu', 'fp32', ['webgpu', 'cpu'])
export const cuda = gpu('cuda', 'fp16', ['cuda', 'cpu'])
export const tensorrt = gpu('tensorrt', 'fp16', ['tensorrt', 'cuda', 'cpu'])
