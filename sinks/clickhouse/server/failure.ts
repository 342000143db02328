import { AnalyticsError } from '../error.js'

/** Of an AnalyticsError with code 0: no answer came, or none of ClickHouse. */
export const unreachable = 'UNREACHABLE'
/** Of an AnalyticsError with code 0: the connection is refused for reasons of TLS. */
export const untrusted = 'UNTRUSTED'
/** Of an AnalyticsError with code 0: exactly-once cannot be kept with this server or this user. */
export const unfit = 'UNFIT'

/** What may be done about a failed statement. */
export interface Failure {
  /**
   * `unavailable`: the same statement works once the server is up again or has room, nobody need touch this process.
   * `refused`: nothing works until somebody changes the server's rights or this configuration. `fault`: this statement
   * will never work.
   */
  readonly kind: 'unavailable' | 'refused' | 'fault'
  /** What to do, as an imperative; empty for a fault. */
  readonly remedy: string
}

const unavailable = (remedy: string): Failure => ({ kind: 'unavailable', remedy })
const refused = (remedy: string): Failure => ({ kind: 'refused', remedy })

const room = unavailable('make room on the disk of the server')
const overloaded = unavailable('give the server less to do or more memory if it stays')
const replicas = unavailable("look at the server's replicas and its Keeper")
const waiting = unavailable('wait for it')
const user = refused('set PULSO_CLICKHOUSE_USER and PULSO_CLICKHOUSE_PASSWORD to a user that the server lets in')
const rights = refused('grant what the message names: docs/clickhouse-server.md has the statements')
const settings = refused(
  'let this user change the setting: take its constraint out of the profile, docs/clickhouse-server.md has the list',
)
const schema = refused('start Pulso again, which makes the tables, or set PULSO_CLICKHOUSE_DATABASE to where they are')

/** By the names of errors: https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp */
const failures: Readonly<Record<string, Failure>> = {
  [unreachable]: unavailable('start the server, or set PULSO_CLICKHOUSE_URL to where it answers'),
  NOT_ENOUGH_SPACE: room,
  CANNOT_WRITE_TO_FILE_DESCRIPTOR: room,
  TOO_MANY_PARTS: unavailable('wait for the merges; if it stays, look at system.merges for what holds them up'),
  MEMORY_LIMIT_EXCEEDED: overloaded,
  TOO_MANY_SIMULTANEOUS_QUERIES: overloaded,
  SERVER_OVERLOADED: overloaded,
  CANNOT_SCHEDULE_TASK: overloaded,
  TIMEOUT_EXCEEDED: overloaded,
  SOCKET_TIMEOUT: overloaded,
  NETWORK_ERROR: overloaded,
  QUOTA_EXCEEDED: unavailable("wait for the next interval of the user's quota, or raise it"),
  ABORTED: waiting,
  QUERY_WAS_CANCELLED: waiting,
  QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING: waiting,
  NO_ZOOKEEPER: replicas,
  KEEPER_EXCEPTION: replicas,
  TABLE_IS_READ_ONLY: replicas,
  TOO_FEW_LIVE_REPLICAS: replicas,
  UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE: replicas,
  UNKNOWN_STATUS_OF_INSERT: replicas,
  [untrusted]: refused('set PULSO_CLICKHOUSE_CA to the certificate of the authority that signed the one of the server'),
  [unfit]: refused('docs/clickhouse-server.md says what the server and the user must allow'),
  AUTHENTICATION_FAILED: user,
  UNKNOWN_USER: user,
  WRONG_PASSWORD: user,
  REQUIRED_PASSWORD: user,
  IP_ADDRESS_NOT_ALLOWED: refused('let the user in from this address: ALTER USER ... HOST'),
  ACCESS_DENIED: rights,
  READONLY: refused('use a user whose profile has readonly = 0'),
  SETTING_CONSTRAINT_VIOLATION: settings,
  UNKNOWN_SETTING: refused('use a newer server: docs/clickhouse-server.md names the oldest'),
  UNKNOWN_DATABASE: schema,
  UNKNOWN_TABLE: schema,
}

const fault: Failure = { kind: 'fault', remedy: '' }

/** What may be done about the error; whatever did not come from ClickHouse or the way there is a fault. */
export const failureOf = (error: unknown): Failure =>
  error instanceof AnalyticsError ? (failures[error.type] ?? fault) : fault

/** The error and its remedy as one sentence. */
export function explained(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const { remedy } = failureOf(error)
  const name = error instanceof AnalyticsError && error.code !== 0 ? ` (${error.type}, code ${error.code})` : ''
  return `${message}${name}${remedy === '' ? '' : `: ${remedy}`}`
}

const ofTls = /^(CERT_|ERR_TLS_|ERR_SSL_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|EPROTO$)/

/** An error of the connection, which the client hands on as Node gave it. */
export function connectionError(url: string, cause: unknown): AnalyticsError {
  const { code, errors } = cause as { code?: unknown; errors?: unknown }
  // a name with several addresses fails with an error for each, and no message of its own
  const all = cause instanceof Error && cause.message === '' && Array.isArray(errors) ? errors : [cause]
  const detail = all.map((each) => (each instanceof Error ? each.message : String(each))).join('; ')
  if (ofTls.test(String(code)))
    return new AnalyticsError(`the certificate of ${url} is not accepted: ${detail}`, 0, untrusted, { cause })
  // the body of whatever stands before the server may be a whole page
  return new AnalyticsError(`${url} gives no answer of ClickHouse: ${detail.slice(0, 300)}`, 0, unreachable, { cause })
}
