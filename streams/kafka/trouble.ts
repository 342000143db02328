import { brokerErrorType, isUnanswered, messageOf } from './errors.js'

/**
 * What keeps a client from the brokers.
 * - `unreachable`: no answer came; passes by itself
 * - `untrusted`: one side does not take the certificate of the other
 * - `unauthenticated`: the brokers do not take the user, or its mechanism
 * - `unauthorized`: the user may not do what was asked
 */
export type ClusterTrouble = 'unreachable' | 'untrusted' | 'unauthenticated' | 'unauthorized'

/** What to do about each, as the end of a sentence. */
export const remedies: Readonly<Record<ClusterTrouble, string>> = {
  unreachable:
    'look whether they run and can be reached from here, whether PULSO_KAFKA_BROKERS are their addresses, and whether their listener wants PULSO_KAFKA_TLS and PULSO_KAFKA_SASL as they are set',
  untrusted:
    'set PULSO_KAFKA_CA to the certificate of the authority that signed those of the brokers, and PULSO_KAFKA_CERT and PULSO_KAFKA_KEY if they ask for one',
  unauthenticated: 'set PULSO_KAFKA_SASL, PULSO_KAFKA_USER and PULSO_KAFKA_PASSWORD to what the brokers know',
  unauthorized:
    'let the user make, read and write the topics, take part in the groups, and use the transactional ids that begin with PULSO_KAFKA_APPLICATION',
}

const unauthenticated = /^(SASL_AUTHENTICATION_FAILED|ILLEGAL_SASL_STATE|UNSUPPORTED_SASL_MECHANISM)$/
const certificates = /certificate|self.signed|unable to verify|wrong version number|\balert\b|altnames/i

/** undefined when the error says something else. */
export function troubleOf(error: unknown): ClusterTrouble | undefined {
  const all = chain(error)
  const types = all.map((one) => brokerErrorType(one) ?? '')
  if (
    all.some(({ name }) => name === 'KafkaJSSASLAuthenticationError') ||
    types.some((type) => unauthenticated.test(type))
  )
    return 'unauthenticated'
  if (types.some((type) => type.endsWith('AUTHORIZATION_FAILED'))) return 'unauthorized'
  if (all.some(({ message }) => certificates.test(message))) return 'untrusted'
  return all.some(isUnanswered) ? 'unreachable' : undefined
}

/**
 * The error with the brokers, what is wrong and the remedy; as it is when it says something else.
 * @param brokers where they are, as configured
 */
export function explained(error: unknown, brokers: readonly string[]): Error {
  const trouble = troubleOf(error)
  if (trouble === undefined) return error instanceof Error ? error : new Error(messageOf(error))
  return new Error(`${toldOf(error, brokers)}: ${remedies[trouble]}`, { cause: error })
}

/** What was found, without the remedy. */
export const toldOf = (error: unknown, brokers: readonly string[]): string =>
  `the brokers at ${brokers.join(', ')} cannot be used: ${messageOf(chain(error).at(-1))}`

/** The error and what it came from, the innermost last. */
function chain(error: unknown): readonly Error[] {
  const found: Error[] = []
  for (let next = error; next instanceof Error && !found.includes(next); next = next.cause) found.push(next)
  return found
}
