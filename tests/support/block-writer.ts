import { writeSync } from 'node:fs'
import { openEmbeddedStore } from '../../sinks/clickhouse/embedded-store.js'
import { mentionBlock } from './mention-blocks.js'

/** Writes blocks until it is killed: `node block-writer.js DIR FIRST`. Says which it begins, before it does. */
const [, , dir = '', first = '0'] = process.argv
const store = await openEmbeddedStore({ dir })
await store.migrate()
for (let block = Number(first); ; block++) {
  writeSync(1, `${block}\n`)
  await store.write(mentionBlock(block))
}
