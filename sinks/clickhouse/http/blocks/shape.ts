import { AnalyticsError } from '../../error.js'
import { splitArguments } from '../../type.js'

/** How the values of a type lie in a column of the Native format: as much as it takes to find where the column ends. */
export type Shape =
  /** Bytes of a value. */
  | { readonly kind: 'fixed'; readonly width: number }
  | { readonly kind: 'string' }
  | { readonly kind: 'nullable'; readonly of: Shape }
  | { readonly kind: 'array'; readonly of: Shape }
  | { readonly kind: 'tuple'; readonly fields: readonly Shape[] }
  /** `of` is the shape of the dictionary's values. */
  | { readonly kind: 'lowCardinality'; readonly of: Shape }
  | { readonly kind: 'variant'; readonly of: readonly Shape[] }

const widths: Readonly<Record<string, number>> = {
  Bool: 1,
  Nothing: 1,
  Enum8: 1,
  Enum16: 2,
  BFloat16: 2,
  Date: 2,
  Date32: 4,
  DateTime: 4,
  DateTime64: 8,
  Time: 4,
  Time64: 8,
  UUID: 16,
  IPv4: 4,
  IPv6: 16,
  Decimal32: 4,
  Decimal64: 8,
  Decimal128: 16,
  Decimal256: 32,
}

const number = /^(?:U?Int|Float)(8|16|32|64|128|256)$/
const call = /^(\w+)(?:\(([\s\S]*)\))?$/
const named = /^(?:\w+|`(?:[^`\\]|\\[\s\S])+`|"(?:[^"\\]|\\[\s\S])+") ([\s\S]+)$/

const fixed = (width: number): Shape => ({ kind: 'fixed', width })
const array = (of: Shape): Shape => ({ kind: 'array', of })
const tuple = (fields: readonly Shape[]): Shape => ({ kind: 'tuple', fields })

const point = tuple([fixed(8), fixed(8)])
const geometry: Readonly<Record<string, Shape>> = {
  Point: point,
  Ring: array(point),
  LineString: array(point),
  Polygon: array(array(point)),
  MultiLineString: array(array(point)),
  MultiPolygon: array(array(array(point))),
}

/** Width of a decimal of so many digits. */
const decimalWidth = (digits: number): number => (digits <= 9 ? 4 : digits <= 18 ? 8 : digits <= 38 ? 16 : 32)

/** The part of a tuple or of a nested table, whose name may stand before its type. */
const fieldShape = (text: string): Shape => shapeOf(named.exec(text)?.[1] ?? text)

function composed(text: string, name: string, inner: string): Shape | undefined {
  const args = splitArguments(inner).filter((argument) => argument !== '')
  const first = args[0] ?? ''
  switch (name) {
    case 'FixedString':
      return fixed(Number(inner))
    case 'Decimal':
      return fixed(decimalWidth(Number(first)))
    case 'Nullable':
      return { kind: 'nullable', of: shapeOf(first) }
    case 'LowCardinality': {
      const of = shapeOf(first)
      return { kind: 'lowCardinality', of: of.kind === 'nullable' ? of.of : of }
    }
    case 'SimpleAggregateFunction':
      return shapeOf(args[1] ?? text)
    case 'Array':
      return array(shapeOf(first))
    case 'Map':
      return array(tuple(args.map(shapeOf)))
    case 'Tuple':
      return args.length === 0 ? fixed(1) : tuple(args.map(fieldShape))
    case 'Nested':
      return array(tuple(args.map(fieldShape)))
    case 'Variant':
      return { kind: 'variant', of: args.map(shapeOf) }
    default:
      return undefined
  }
}

/**
 * The shape of a type by its name in a result.
 * @throws AnalyticsError NOT_IMPLEMENTED for types whose values do not say where they end: states of aggregate
 *   functions, JSON, Dynamic.
 */
export function shapeOf(text: string): Shape {
  const [, name = '', inner] = call.exec(text) ?? []
  const bits = number.exec(text)?.[1]
  if (bits !== undefined) return fixed(Number(bits) / 8)
  if (text === 'String') return { kind: 'string' }
  if (name.startsWith('Interval')) return fixed(8)
  const shape = geometry[text] ?? composed(text, name, inner ?? '')
  if (shape !== undefined) return shape
  const width = widths[name]
  if (width !== undefined) return fixed(width)
  throw new AnalyticsError(
    `A column of type ${text} cannot be sent in Native with client_protocol_version here: finalize it (finalizeAggregation) or give it as text (toString, toJSONString)`,
    48,
    'NOT_IMPLEMENTED',
  )
}
