import type { IncomingHttpHeaders } from 'node:http'

const isLoopbackName = (name: string): boolean =>
  name === 'localhost' || name.endsWith('.localhost') || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name)

const nameOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : '')

/** Whether only programs on this machine reach the address. */
export const isLoopbackAddress = (host: string): boolean => isLoopbackName(host.includes(':') ? `[${host}]` : host)

/**
 * Whether a page of another site may have made a browser of this machine send the request: under a name of its own that
 * it had led here (then it could read the answer), or from an origin of its own (then it could write). Programs name the
 * machine, and no origin.
 */
export const isFromForeignPage = ({ host, origin }: IncomingHttpHeaders): boolean =>
  !isLoopbackName(nameOf(`http://${host ?? ''}`)) || (origin !== undefined && !isLoopbackName(nameOf(origin)))
