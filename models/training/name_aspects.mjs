// Reads JSON Lines with a `text` each and adds `named`: the aspects that the product finds in it, each with its words.
// node models/training/name_aspects.mjs < FILE > OUT (after a build)
import { createInterface } from 'node:readline'
import { aspectPassages } from '../../dist/streams/topologies/aspect-passages.js'

for await (const line of createInterface({ input: process.stdin })) {
  const row = JSON.parse(line)
  const named = Object.fromEntries(aspectPassages(row.text).map(({ aspect, words }) => [aspect, words]))
  process.stdout.write(`${JSON.stringify({ ...row, named })}\n`)
}
