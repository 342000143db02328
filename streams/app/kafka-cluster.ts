import type { ConnectionOptions } from 'node:tls'
import type { SASLOptions } from 'kafkajs'
import { boards, deletions, engagements, posts, reviews } from '../../schemas/topics.js'
import type { Config } from '../config.js'
import type { Cluster } from '../kafka/client.js'
import { ApplicationNames, type Names } from '../kafka/names.js'
import { pem } from './pem.js'

/** Topics that are written by others; all applications on a cluster may read the same ones. */
const inputs: ReadonlySet<string> = new Set([posts, reviews, deletions, engagements, boards].map(({ name }) => name))

/** Which topics, beside the internal ones, are of this application alone. */
function ownTopics({ kafkaPrefixedTopics: which }: Pick<Config, 'kafkaPrefixedTopics'>) {
  return (topic: string): boolean => which === 'all' || (which === 'outputs' && !inputs.has(topic))
}

/** What the engine names, as this application has it on the cluster. */
export const namesOf = (config: Pick<Config, 'kafkaApplication' | 'kafkaPrefixedTopics'>): Names =>
  new ApplicationNames(config.kafkaApplication, ownTopics(config))

/**
 * How the configuration says that the brokers are spoken to.
 * @throws Error that names the setting when a file cannot be read
 */
export function clusterOf(config: Config): Cluster {
  const ssl = tlsOf(config)
  const sasl = saslOf(config)
  return {
    brokers: config.kafkaBrokers,
    clientId: config.kafkaApplication,
    retryFor: config.kafkaRetry,
    ...(ssl !== null && { ssl }),
    ...(sasl !== null && { sasl }),
  }
}

function tlsOf(config: Config): ConnectionOptions | null {
  if (!config.kafkaTls) return null
  const ca = pem('PULSO_KAFKA_CA', config.kafkaCa)
  const cert = pem('PULSO_KAFKA_CERT', config.kafkaCert)
  const key = pem('PULSO_KAFKA_KEY', config.kafkaKey)
  return { ...(ca !== null && { ca }), ...(cert !== null && { cert }), ...(key !== null && { key }) }
}

function saslOf({ kafkaSasl, kafkaUser: username, kafkaPassword: password }: Config): SASLOptions | null {
  switch (kafkaSasl) {
    case 'none':
      return null
    case 'plain':
      return { mechanism: 'plain', username, password }
    case 'scram-sha-256':
      return { mechanism: 'scram-sha-256', username, password }
    case 'scram-sha-512':
      return { mechanism: 'scram-sha-512', username, password }
  }
}
