import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** How a command finds the engine that owns a data folder: its address, and the token that lets the owner's user in. */
export interface ControlFile {
  readonly pid: number
  readonly url: string
  readonly clickhouse: string
  readonly token: string
}

const fileOf = (dataDir: string) => join(dataDir, 'instance.json')

/** Written when the engine listens, readable by its own user alone. */
export function writeControlFile(dataDir: string, control: ControlFile): void {
  writeFileSync(fileOf(dataDir), JSON.stringify(control), { mode: 0o600 })
}

export function removeControlFile(dataDir: string): void {
  rmSync(fileOf(dataDir), { force: true })
}

/** The engine that runs on the data folder; null when none does (a file left by one that was killed does not count). */
export function readControlFile(dataDir: string): ControlFile | null {
  try {
    const control: ControlFile = JSON.parse(readFileSync(fileOf(dataDir), 'utf8'))
    process.kill(control.pid, 0)
    return control
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EPERM')
      return JSON.parse(readFileSync(fileOf(dataDir), 'utf8'))
    return null
  }
}
