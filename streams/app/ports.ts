/** A door of the engine: where it listens and which setting says so. */
export interface Door {
  readonly what: string
  readonly host: string
  readonly port: number
  readonly variable: string
}

/** Why a door could not be opened, with the remedy. */
export function portError(error: unknown, { what, host, port, variable }: Door): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') {
    return new Error(
      `port ${port} of ${host}, for the ${what}, is taken: end what listens there, or set ${variable} to another (0 takes a free one)`,
    )
  }
  if (code === 'EACCES') {
    return new Error(`port ${port}, for the ${what}, is not allowed to this user: set ${variable} above 1023`)
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new Error(`${host}, for the ${what}, is no address of this machine: set ${variable.replace('PORT', 'HOST')}`)
  }
  return error instanceof Error ? error : new Error(String(error))
}
