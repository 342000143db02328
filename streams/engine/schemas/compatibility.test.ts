import { describe, expect, it } from '@jest/globals'
import { incompatibilities } from './compatibility.js'

const reasons = (reader: unknown, writer: unknown) =>
  incompatibilities({ reader: JSON.stringify(reader), writer: JSON.stringify(writer) })

const record = (name: string, fields: readonly object[], more: object = {}) => ({
  type: 'record',
  name,
  fields,
  ...more,
})
const kind = (symbols: readonly string[], more: object = {}) => ({ type: 'enum', name: 'Kind', symbols, ...more })

describe('incompatibilities', () => {
  it('finds none between a schema and itself, recursive ones included', () => {
    const tree = record('Tree', [
      { name: 'label', type: 'string' },
      { name: 'children', type: { type: 'array', items: 'Tree' } },
      { name: 'parent', type: ['null', 'Tree'] },
    ])
    expect(reasons(tree, tree)).toEqual([])
  })

  it.each([
    ['long', 'int', true],
    ['double', 'long', true],
    ['float', 'int', true],
    ['string', 'bytes', true],
    ['int', 'long', false],
    ['string', 'int', false],
    [['null', 'string'], 'string', true],
    ['string', ['null', 'string'], false],
    [['null', 'long'], ['int', 'null'], true],
    [{ type: 'array', items: 'long' }, { type: 'array', items: 'int' }, true],
    [{ type: 'map', values: 'int' }, { type: 'map', values: 'string' }, false],
    [{ type: 'long', logicalType: 'timestamp-millis' }, 'long', true],
    [kind(['A', 'B']), kind(['A']), true],
    [kind(['A']), kind(['A', 'B']), false],
    [kind(['A'], { default: 'A' }), kind(['A', 'B']), true],
    [{ type: 'fixed', name: 'Id', size: 8 }, { type: 'fixed', name: 'Id', size: 16 }, false],
    [record('New', [], { aliases: ['Old'] }), record('Old', []), true],
    [record('New', []), record('Old', []), false],
  ])('reads %j from %j: %s', (reader, writer, possible) => {
    expect(reasons(reader, writer).length === 0).toBe(possible)
  })

  it('names the path of each field and why', () => {
    const writer = record('Post', [
      { name: 'author', type: record('Author', [{ name: 'age', type: 'string' }]) },
      { name: 'tags', type: { type: 'array', items: 'string' } },
    ])
    const reader = record('Post', [
      {
        name: 'author',
        type: record('Author', [
          { name: 'age', type: 'int' },
          { name: 'city', type: 'string' },
        ]),
      },
      { name: 'tags', type: { type: 'array', items: kind(['A']) } },
    ])
    expect(reasons(reader, writer)).toEqual([
      'author.age was string and would be int',
      'author.city has no default, and records without it would have no value',
      'tags[] was string and would be enum Kind',
    ])
  })

  it('follows aliases of fields, and namespaces of names', () => {
    const writer = record('Post', [{ name: 'text', type: 'string' }], { namespace: 'pulso' })
    const reader = record('pulso.Post', [{ name: 'body', aliases: ['text'], type: 'string' }])
    expect(reasons(reader, writer)).toEqual([])
  })

  it('refuses a name that the schema does not declare', () => {
    expect(() => reasons(record('A', [{ name: 'x', type: 'B' }]), '"string"')).toThrow(/field x of A has the type B/)
  })
})
