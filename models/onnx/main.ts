import { readFile, rename, writeFile } from 'node:fs/promises'
import { readModelDirectory } from '../directory.js'
import { prepare } from './prepared.js'

/** `npm run model:prepare -- DIR...`: takes out of the ONNX file of each directory what is computed in vain, in place. */
const dirs = process.argv.slice(2)
if (dirs.length === 0) {
  process.stderr.write('name the directory of a model: npm run model:prepare -- models/sentiment-es-en-pt\n')
  process.exitCode = 2
}
for (const dir of dirs) {
  const { onnxFile } = await readModelDirectory(dir)
  const before = await readFile(onnxFile)
  const after = prepare(before)
  await writeFile(`${onnxFile}.new`, after)
  await rename(`${onnxFile}.new`, onnxFile)
  process.stdout.write(`${onnxFile}: ${before.length} bytes before, ${after.length} now\n`)
}
