import type { Fields } from './item.js'

/**
 * How the fields of a source become those of a record, as data: target field to template. `{name}` stands for a field
 * of the source (`{user.id}` for one inside another); a template that is a single `{name}` keeps the value's type.
 * Fields of the source that no template names keep their own name.
 */
export type Mapping = Readonly<Record<string, string>>

const placeholder = /\{([^{}]+)\}/g

/** Reads `target=template` pairs, as `--map` gives them. @throws Error naming the pair that is none */
export function parseMapping(pairs: readonly string[]): Mapping {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      if (at < 1) throw new Error(`--map "${pair}" is no mapping: write --map postId=twitter:{id}`)
      return [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
}

/** Applies a mapping. A template of several parts is null when one of its fields is missing. */
export function mapFields(fields: Fields, mapping: Mapping): Fields {
  const used = new Set<string>()
  const mapped: Record<string, unknown> = {}
  for (const [target, template] of Object.entries(mapping)) {
    for (const match of template.matchAll(placeholder)) used.add(match[1] ?? '')
    mapped[target] = fill(template, fields)
  }
  const rest = Object.entries(fields).filter(([name]) => !used.has(name) && !(name in mapped))
  return { ...Object.fromEntries(rest), ...mapped }
}

function fill(template: string, fields: Fields): unknown {
  const single = /^\{([^{}]+)\}$/.exec(template)
  if (single?.[1] !== undefined) return lookUp(fields, single[1])
  let missing = false
  const text = template.replace(placeholder, (_, name: string) => {
    const value = lookUp(fields, name)
    if (value === null || value === undefined) missing = true
    return String(value)
  })
  return missing ? null : text
}

function lookUp(fields: Fields, path: string): unknown {
  let value: unknown = fields
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Fields)[name]
  }
  return value
}
