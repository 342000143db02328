// Computes an ONNX file on a row of tokens, in fp32 and with its float16 form, and prints both as JSON.
import { readFileSync } from 'node:fs'
import { firstTokenOnly } from '../../models/onnx/first-token.js'
import { halved } from '../../models/onnx/half.js'
import { isFused, lower } from '../../models/onnx/lower.js'
import { readOnnx } from '../../models/onnx/read.js'
import { writeOnnx } from '../../models/onnx/write.js'
import { openSession } from '../../models/providers/onnxruntime.js'
import type { ClassifierOptions } from '../../models/providers/provider.js'

const [onnxFile = '', outputs = '3'] = process.argv.slice(2)
const read = firstTokenOnly(readOnnx(readFileSync(onnxFile)))
const floats = isFused(read) ? lower(read, 'floats') : read
const options: ClassifierOptions = {
  ...{ onnxFile, output: null, outputs: Number(outputs), maxTokens: 128, threads: 1, openVino: null },
  graphOptimization: 'all',
  precision: 'auto',
}
const logits: (readonly number[])[] = []
for (const model of [floats, halved(floats)]) {
  const classifier = await openSession(writeOnnx(model), options, { executionProviders: ['cpu'] })
  logits.push(Array.from(await classifier.run([[2, 5, 8, 11, 14, 17, 20, 3]])))
  await classifier.release()
}
process.stdout.write(JSON.stringify(logits))
