import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { projectPath } from '../streams/project.js'

interface Package {
  readonly version?: string
  readonly resolved?: string
  readonly engines?: { readonly node?: string }
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const { packages }: { readonly packages: Readonly<Record<string, Package>> } = JSON.parse(
  readFileSync(projectPath('package-lock.json'), 'utf8'),
)

/** Where Node would find the package from a folder, as the lock file has it. */
function resolves(from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (`${folder === '' ? '' : `${folder}/`}node_modules/${name}` in packages) return true
    if (folder === '') return false
    if (!folder.includes('/node_modules/')) folder = ''
  }
}

describe('the lock file', () => {
  it('pins the optional packages of every platform, so that npm ci works on all of them', () => {
    const missing = Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => !resolves(from, name)),
    )
    expect(missing).toEqual([])
  })

  it('names no registry: npm asks the one it is set up with', () => {
    expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([])
  })

  it('holds nothing that asks for a Node newer than the project does', () => {
    const newer = Object.entries(packages).filter(([, { engines }]) =>
      /^>=\s*(2[1-9]|[3-9]\d)/.test(engines?.node ?? ''),
    )
    expect(newer.map(([name]) => name)).toEqual([])
  })
})
