import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error('Pulso was taken apart: no package.json above its modules')
    folder = parent
  }
  return folder
}

const root = findRoot()

/** Absolute path of a file that ships with the project, given from its root: `schemas/post.avsc`. */
export const projectPath = (relative: string): string => join(root, relative)
