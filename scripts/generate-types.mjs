// Writes the TypeScript types of every schemas/*.avsc beside it. Run after a change of a schema: node scripts/generate-types.mjs
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { typescriptOf } from '../dist/schemas/generate.js'

const folder = fileURLToPath(new URL('../schemas/', import.meta.url))
for (const file of readdirSync(folder).filter((name) => name.endsWith('.avsc'))) {
  writeFileSync(folder + file.replace(/\.avsc$/, '.ts'), typescriptOf(readFileSync(folder + file, 'utf8'), file))
}
