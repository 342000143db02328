import type { Parser } from './parsers.js'

export interface Setting<Value> {
  readonly env: string
  readonly parse: Parser<Value>
  readonly fallback: string
  readonly doc: string
  readonly secret?: true
}

export const setting = <Value>(
  env: string,
  parse: Parser<Value>,
  fallback: string,
  doc: string,
  options: { readonly secret?: true } = {},
): Setting<Value> => ({ env, parse, fallback, doc, ...options })
