import { z } from 'zod'
import type { Compatibility } from '../../engine/ports/registry.js'

/** What the API answers, as far as it is read. https://docs.confluent.io/platform/current/schema-registry/develop/api.html */

export const levels = [
  'NONE',
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
] as const satisfies readonly Compatibility[]

export const registered = z.object({ id: z.int() })
export const version = z.object({ subject: z.string(), id: z.int(), version: z.int(), schema: z.string() })
export const schemaOfId = z.object({ schema: z.string() })
export const usesOfId = z.array(z.object({ subject: z.string(), version: z.int() }))
export const numbers = z.array(z.int())
export const names = z.array(z.string())
export const level = z.object({ compatibilityLevel: z.string().toUpperCase().pipe(z.enum(levels)) })
export const levelSet = z.object({ compatibility: z.string() })
