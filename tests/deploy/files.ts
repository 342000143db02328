import { readFileSync } from 'node:fs'
import { parse, parseAllDocuments } from 'yaml'
import { projectPath } from '../../streams/project.js'

export const textOf = (path: string): string => readFileSync(projectPath(path), 'utf8')

/** A file of `NAME=value` lines; comments begin with #. */
export function readEnvironment(path: string): Readonly<Record<string, string>> {
  const lines = textOf(path)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^([A-Z_]+)=(\S+)$/.exec(line) ?? []
      if (name === undefined || value === undefined) throw new Error(`${path}: "${line}" is no NAME=value`)
      return [name, value]
    }),
  )
}

/** A YAML file of one document, its anchors and merges resolved. @throws Error for a key that stands twice */
export const readYaml = <Document>(path: string): Document => parse(textOf(path), { merge: true })

/** Every document of a YAML file. */
export function readYamls<Document>(path: string): readonly Document[] {
  const documents = parseAllDocuments(textOf(path))
  if (!Array.isArray(documents)) throw new Error(`${path} is empty`)
  return documents.map((document) => {
    for (const error of document.errors) throw error
    return document.toJS()
  })
}

/** The versions of images. */
export const versions = readEnvironment('deploy/versions.env')
