import { randomUUID } from 'node:crypto'
import { linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { type Liveness, listenForLife, someoneListens } from './liveness.js'
import { makeFolder } from './make-folder.js'

/** The folder belongs to another process that lives. */
export class DataDirectoryInUse extends Error {
  override readonly name = 'DataDirectoryInUse'
  constructor(
    dir: string,
    /** Process id of the owner, as its own system counts. */
    readonly pid: number,
    host: string,
  ) {
    super(
      `${dir} belongs to process ${pid} on ${host}, which is running: stop that one, ` +
        'ask it through its interface, or choose another data directory',
    )
  }
}

export interface DataDirectory {
  readonly dir: string
  /** Gives the folder up. */
  release(): Promise<void>
}

/** What the owner writes about itself. */
interface Owner {
  readonly pid: number
  readonly host: string
  /** Where the owner listens for as long as it lives. */
  readonly socket: string
}

const claimName = /^owner\.(\d+)$/
const claimPath = (dir: string, generation: number) => join(dir, `owner.${generation}`)

/**
 * Makes this process the only owner of the folder, which is made when it is missing. Call it once, in the main thread,
 * before anything in the folder is opened.
 *
 * Owners are numbered: to own the folder is to have made the claim `owner.<n>` with the greatest n. A claim is made
 * complete by linking it into place, which one process alone can do. It holds for as long as its process listens on its
 * socket; the system ends that with the process, however it dies, so that an abandoned claim is told from a held one
 * without pids, which are counted anew in each container. Only claims below one's own are ever removed: whoever claims a
 * number that was passed meanwhile finds the greater one, and steps back.
 *
 * @throws DataDirectoryInUse with the owner's pid
 */
export async function acquireDataDirectory(path: string): Promise<DataDirectory> {
  const dir = resolve(path)
  makeFolder(dir)
  const liveness = await listenForLife(dir)
  try {
    for (;;) {
      const newest = newestClaim(dir)
      if (newest !== undefined) await refuseLiving(dir, newest)
      const generation = (newest ?? 0) + 1
      if (!claim(dir, generation, liveness)) continue
      if (newestClaim(dir) === generation) {
        removeClaimsBelow(dir, generation)
        return { dir, release: () => liveness.end() }
      }
      rmSync(claimPath(dir, generation), { force: true })
    }
  } catch (error) {
    await liveness.end()
    throw error
  }
}

function claims(dir: string): number[] {
  return readdirSync(dir).flatMap((name) => {
    const generation = claimName.exec(name)?.[1]
    return generation === undefined ? [] : [Number(generation)]
  })
}

function newestClaim(dir: string): number | undefined {
  const found = claims(dir)
  return found.length === 0 ? undefined : Math.max(...found)
}

async function refuseLiving(dir: string, generation: number): Promise<void> {
  const owner = readOwner(dir, generation)
  if (owner !== undefined && (await someoneListens(owner.socket)))
    throw new DataDirectoryInUse(dir, owner.pid, owner.host)
}

/** Undefined when the claim went away, or was cut off by a power cut. */
function readOwner(dir: string, generation: number): Owner | undefined {
  try {
    return JSON.parse(readFileSync(claimPath(dir, generation), 'utf8'))
  } catch {
    return undefined
  }
}

/** False when another process was first. */
function claim(dir: string, generation: number, { socket }: Liveness): boolean {
  const owner: Owner = { pid: process.pid, host: hostname(), socket }
  const draft = join(dir, `claim.${randomUUID()}`)
  writeFileSync(draft, JSON.stringify(owner))
  try {
    linkSync(draft, claimPath(dir, generation))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

function removeClaimsBelow(dir: string, generation: number): void {
  for (const older of claims(dir)) {
    if (older >= generation) continue
    const owner = readOwner(dir, older)
    rmSync(claimPath(dir, older), { force: true })
    if (owner !== undefined) rmSync(owner.socket, { force: true })
  }
}
