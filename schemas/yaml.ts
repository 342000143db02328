/** Plain data as YAML: mappings and lists by indentation, texts as JSON writes them. */
export function yaml(value: object, indent = ''): string {
  if (Array.isArray(value)) return value.map((item: unknown) => `${indent}- ${nested(item, `${indent}  `)}`).join('')
  return Object.entries(value)
    .map(
      ([name, item]: [string, unknown]) =>
        `${indent}${name}:${isBranch(item) ? `\n${yaml(item, `${indent}  `)}` : ` ${JSON.stringify(item)}\n`}`,
    )
    .join('')
}

function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}

/** The first line stands behind the dash. */
function nested(item: unknown, indent: string): string {
  return isBranch(item) ? yaml(item, indent).slice(indent.length) : `${JSON.stringify(item)}\n`
}
