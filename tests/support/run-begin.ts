import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Before all tests of a run: a folder for what its files share. */
export default function begin(): void {
  process.env.TEST_RUN_DIR = mkdtempSync(join(tmpdir(), 'pulso-run-'))
  process.env.TEST_RUN_OWNER = String(process.pid)
}
