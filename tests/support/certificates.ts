import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** PEM texts. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** An authority of our own, and what it signed: for a server at 127.0.0.1, and for a client. */
export function certificates(dir: string): { ca: string; server: Certificate; client: Certificate } {
  const made = (name: string, ...signed: readonly string[]): Certificate => {
    const [cert, key] = [join(dir, `${name}.pem`), join(dir, `${name}.key`)]
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
    execFileSync('openssl', ['req', ...kind, '-subj', `/CN=${name}`, '-keyout', key, '-out', cert, ...signed], {
      stdio: 'pipe',
    })
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
  }
  const { cert: ca } = made('authority')
  const by = ['-CA', join(dir, 'authority.pem'), '-CAkey', join(dir, 'authority.key')]
  const end = ['-addext', 'basicConstraints=critical,CA:FALSE']
  return {
    ca,
    server: made('server', ...by, ...end, '-addext', 'subjectAltName=IP:127.0.0.1'),
    client: made('client', ...by, ...end),
  }
}
