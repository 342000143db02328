import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes the folder and what is missing above it. Not by Node's own recursive way: where a folder is there and nothing can
 * be made in it, as in /proc, the system says ENOENT and Node tries for ever (seen with 20.20).
 * @throws Error of `node:fs`, its code saying what is in the way; ENOTDIR where a part of the path is no folder
 */
export function makeFolder(path: string): void {
  const missing: string[] = []
  for (let folder = path; !isFolder(folder); folder = dirname(folder)) missing.push(folder)
  for (const folder of missing.reverse()) {
    try {
      mkdirSync(folder)
    } catch (error) {
      // Another process may have been first.
      if (!isFolder(folder)) throw error
    }
  }
}

/** The nearest folder of the path that is there. */
export function nearestFolder(path: string): string {
  let folder = path
  while (!isFolder(folder)) folder = dirname(folder)
  return folder
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
