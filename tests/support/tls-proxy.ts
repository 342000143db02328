import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { scratchFolder } from './scratch.js'

/** A certificate for localhost that signs itself. */
function certificate(): { readonly key: Buffer; readonly cert: Buffer } {
  const { dir, remove } = scratchFolder()
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync('openssl', [...made, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  const read = { key: readFileSync(key), cert: readFileSync(cert) }
  remove()
  return read
}

/** Speaks TLS for a server on this machine that does not. */
export async function tlsProxy(port: number) {
  const { key, cert } = certificate()
  const proxy = createServer({ key, cert }, (client) => {
    const server = connect(port, '127.0.0.1')
    client.pipe(server).pipe(client)
    client.on('error', () => server.destroy())
    server.on('error', () => client.destroy())
  })
  // a client that does not trust the certificate
  proxy.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://localhost:${(proxy.address() as AddressInfo).port}`,
    ca: cert,
    close: () => new Promise<void>((resolve) => proxy.close(() => resolve())),
  }
}
