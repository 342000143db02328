import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { projectPath } from '../streams/project.js'
import { typescriptOf } from './generate.js'
import { publicTopics } from './topics.js'

const files = readdirSync(projectPath('schemas')).filter((name) => name.endsWith('.avsc'))

describe('the TypeScript types of records', () => {
  it.each(files)('%s says the same as the module beside it', (file) => {
    const schema = readFileSync(projectPath(`schemas/${file}`), 'utf8')
    const written = readFileSync(projectPath(`schemas/${file.replace('.avsc', '.ts')}`), 'utf8')
    expect(written).toBe(typescriptOf(schema, file))
  })

  it('refuses an Avro type it does not know', () => {
    expect(() =>
      typescriptOf('{"type":"record","name":"A","fields":[{"name":"b","type":"duration"}]}', 'a.avsc'),
    ).toThrow('a.avsc: no TypeScript type is known for the Avro type "duration"')
  })
})

describe('the schemas', () => {
  it('document every field', () => {
    const undocumented = files.flatMap((file) => {
      const { fields }: { fields: { name: string; doc?: string }[] } = JSON.parse(
        readFileSync(projectPath(`schemas/${file}`), 'utf8'),
      )
      return fields.filter((field) => field.doc === undefined).map((field) => `${file}: ${field.name}`)
    })
    expect(undocumented).toEqual([])
  })

  it('hold a record for every public topic', () => {
    const names = files.map((file) => `pulso.${JSON.parse(readFileSync(projectPath(`schemas/${file}`), 'utf8')).name}`)
    expect(publicTopics.filter((topic) => !names.includes(topic.schema))).toEqual([])
  })
})
