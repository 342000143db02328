/**
 * What kept a request from its answer.
 * - `unreachable`: no answer came, or one that says that it is for a while; passes by itself
 * - `untrusted`: one side does not take the certificate of the other
 * - `unauthorized`: it does not let this client do that
 * - `not-a-registry`: something else answers at the address
 * - `unknown`: it holds no such subject, version or id
 * - `incompatible`, `invalid`: it refuses the schema
 */
export type RegistryTrouble =
  | 'unreachable'
  | 'untrusted'
  | 'unauthorized'
  | 'not-a-registry'
  | 'unknown'
  | 'incompatible'
  | 'invalid'

/** What to do about each, as the end of a sentence. */
export const remedies: Readonly<Record<RegistryTrouble, string>> = {
  unreachable:
    'look whether it runs and can be reached from here, and whether PULSO_SCHEMA_REGISTRY_URL is its address',
  untrusted:
    'set PULSO_SCHEMA_REGISTRY_CA to the certificate of the authority that signed its own, and PULSO_SCHEMA_REGISTRY_CERT and PULSO_SCHEMA_REGISTRY_KEY if it asks for one',
  unauthorized:
    'set PULSO_SCHEMA_REGISTRY_USER and PULSO_SCHEMA_REGISTRY_PASSWORD, or PULSO_SCHEMA_REGISTRY_TOKEN, to what may read and register schemas',
  'not-a-registry':
    'set PULSO_SCHEMA_REGISTRY_URL to the base of its Confluent-compatible API, https:// or http:// and the path included (of Apicurio it ends in /apis/ccompat/v7)',
  unknown: 'look whether it was deleted there',
  incompatible: 'change the schema so that both can be read, or write to a new topic',
  invalid: 'mend the schema',
}

/** A request to the schema registry that was not done; the message says which, why, and what to do. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError'
  readonly trouble: RegistryTrouble
  /** What was found, without what to do. */
  readonly found: string

  constructor(trouble: RegistryTrouble, url: string, what: string, found: string, cause?: unknown) {
    super(`${what}: the schema registry at ${url} ${found}: ${remedies[trouble]}`, { cause })
    this.trouble = trouble
    this.found = found
  }
}

/** As the registry answers an error: `{"error_code":40403,"message":"Schema not found"}`. */
interface Refusal {
  readonly status: number
  readonly code: number | undefined
  readonly message: string
}

const passing = new Set([408, 425, 429])

/** What the answer means, and how it is told. */
export function troubleOfAnswer({ status, code, message }: Refusal): readonly [RegistryTrouble, found: string] {
  const told = `${status}${message === '' ? '' : `, ${message}`}`
  if (status >= 500 || passing.has(status)) return ['unreachable', `answers ${told}`]
  if (status === 401 || status === 403) return ['unauthorized', `lets this client not do that (${told})`]
  // A 404 without a code of its own comes from a server that knows no such path.
  if (status === 404 && code !== undefined && code > 40_400 && code < 40_500)
    return ['unknown', `has none (${message})`]
  if (status === 409) return ['incompatible', `refuses the schema (${message})`]
  if (status === 422) return ['invalid', `refuses the schema (${message})`]
  return ['not-a-registry', `answers as a schema registry does not (${told})`]
}

/** What the failure of a connection means, and how it is told. */
export function troubleOfConnection(error: Error): readonly [RegistryTrouble, found: string] {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const told = code === undefined || error.message.includes(code) ? error.message : `${error.message}, ${code}`
  // One side speaks TLS and the other does not.
  if (/^HPE_/.test(code ?? '') || /wrong version number|packet length too long/.test(error.message))
    return ['not-a-registry', `answers in another protocol (${told})`]
  const isTls = /CERT|SIGNATURE|ERR_TLS|ERR_SSL|EPROTO/.test(code ?? '')
  return isTls
    ? ['untrusted', `cannot be spoken to over TLS (${told})`]
    : ['unreachable', `cannot be reached (${told})`]
}
