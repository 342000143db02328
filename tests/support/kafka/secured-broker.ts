import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { certificates } from '../certificates.js'
import { Broker } from './broker.js'
import { freePort } from './kept-process.js'

export interface SecuredBroker {
  readonly broker: Broker
  /** Where users say who they are, over TLS. */
  readonly users: string
  /** Where a certificate says so. */
  readonly mutual: string
  /** Files (PEM). */
  readonly ca: string
  readonly cert: string
  readonly key: string
}

export const password = 'very-hush'

/**
 * A broker with a door for users over TLS and one for certificates. `plain`, `scram256` and `scram512` may log in, each
 * by the mechanism of that name. Who is let in may do nothing unless it is allowed; at the plain door anything goes.
 */
export async function securedBroker(dir: string): Promise<SecuredBroker> {
  const { server } = certificates(dir)
  const file = (name: string) => join(dir, name)
  writeFileSync(file('keystore.pem'), server.key + server.cert)
  const [users, mutual] = [await freePort(), await freePort()]
  const module = (name: string) => `org.apache.kafka.common.security.${name}LoginModule required`
  const scram = (hash: number) => `listener.name.users.scram-sha-${hash}.sasl.jaas.config=${module('scram.Scram')};`
  const broker = await Broker.start(dir, {
    sessionTimeout: 30_000,
    secured: {
      listeners: [
        { name: 'USERS', port: users, protocol: 'SASL_SSL' },
        { name: 'MUTUAL', port: mutual, protocol: 'SSL' },
      ],
      properties: [
        'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
        `listener.name.users.plain.sasl.jaas.config=${module('plain.Plain')} user_plain="${password}";`,
        scram(256),
        scram(512),
        'ssl.keystore.type=PEM',
        `ssl.keystore.location=${file('keystore.pem')}`,
        'ssl.truststore.type=PEM',
        `ssl.truststore.location=${file('authority.pem')}`,
        'listener.name.mutual.ssl.client.auth=required',
        'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users=User:ANONYMOUS',
      ],
      scram: [256, 512].map((hash) => `SCRAM-SHA-${hash}=[name=scram${hash},password=${password}]`),
    },
  })
  return {
    ...{ broker, users: `127.0.0.1:${users}`, mutual: `127.0.0.1:${mutual}` },
    ...{ ca: file('authority.pem'), cert: file('client.pem'), key: file('client.key') },
  }
}
