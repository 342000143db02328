import { describe, expect, it } from '@jest/globals'
import { ConfigError, readConfig, settings, showConfig } from './config.js'

describe('the configuration', () => {
  it('has a default for everything', () => {
    expect(readConfig({}, {})).toMatchObject({
      backend: 'embedded',
      httpPort: 8080,
      idleAfter: 5_000,
      maxValueBytes: 2 ** 20,
    })
  })

  it('takes flags before the environment and the environment before the defaults', () => {
    const environment = { PULSO_HTTP_PORT: '9000', PULSO_PARTITIONS: '8' }
    expect(readConfig({ httpPort: '9100' }, environment)).toMatchObject({ httpPort: 9100, partitions: 8 })
  })

  it('names everything that is wrong at once: the setting, what it was, what it may be', () => {
    const environment = {
      PULSO_HTTP_PORT: '70000',
      PULSO_IDLE_AFTER: 'soon',
      PULSO_HTTP_PROT: '1',
      PULSO_BACKEND: 'kafak',
    }
    expect(() => readConfig({}, environment)).toThrow(ConfigError)
    expect(() => readConfig({}, environment)).toThrow(/PULSO_HTTP_PORT: "70000" is no port/)
    expect(() => readConfig({}, environment)).toThrow(/PULSO_IDLE_AFTER: "soon" is no duration/)
    expect(() => readConfig({}, environment)).toThrow(/PULSO_HTTP_PROT is no setting/)
    expect(() => readConfig({}, environment)).toThrow(/PULSO_BACKEND: "kafak" is none of embedded, kafka/)
  })

  it('reads durations and sizes as people write them', () => {
    expect(readConfig({ idleAfter: '250ms', maxValueBytes: '2MiB' }, {})).toMatchObject({
      idleAfter: 250,
      maxValueBytes: 2 * 2 ** 20,
    })
    expect(readConfig({ idleAfter: 'never' }, {}).idleAfter).toBeNull()
  })

  it('never shows a secret, neither when it is right nor when it is wrong', () => {
    const secrets = Object.entries(settings).filter(([, entry]) => 'secret' in entry)
    expect(secrets.length).toBeGreaterThan(1)
    const shown = showConfig(readConfig({ authorKey: 'hush', clickhousePassword: 'hush' }, {}))
    expect(shown).not.toContain('hush')
    expect(shown).toContain('PULSO_AUTHOR_KEY=***')
  })

  it('lets other machines query the store with a password alone', () => {
    expect(() => readConfig({}, { PULSO_CLICKHOUSE_HOST: '0.0.0.0' })).toThrow(/set PULSO_CLICKHOUSE_PASSWORD/)
    const environment = { PULSO_CLICKHOUSE_HOST: '0.0.0.0', PULSO_CLICKHOUSE_PASSWORD: 'hush' }
    expect(readConfig({}, environment).clickhouseHost).toBe('0.0.0.0')
  })

  it('takes an address of a schema registry that keeps its secrets, and one way to say who this is', () => {
    const registry = { PULSO_SCHEMA_REGISTRY_URL: 'https://registry.example/api/' }
    expect(readConfig({}, registry).schemaRegistryUrl).toBe('https://registry.example/api')
    const withPassword = { PULSO_SCHEMA_REGISTRY_URL: 'https://pulso:hush@registry.example' }
    expect(() => readConfig({}, withPassword)).toThrow(/PULSO_SCHEMA_REGISTRY_URL: .* names a user/)
    expect(() => readConfig({}, withPassword)).not.toThrow(/hush/)
    const twice = { ...registry, PULSO_SCHEMA_REGISTRY_USER: 'pulso', PULSO_SCHEMA_REGISTRY_TOKEN: 'hush' }
    expect(() => readConfig({}, { ...twice, PULSO_SCHEMA_REGISTRY_CERT: 'c.pem' })).toThrow(
      /TOKEN are two ways to say who this is.*\n.*KEY belong together/,
    )
    expect(() => readConfig({}, { PULSO_SCHEMA_REGISTRY_PASSWORD: 'hush' })).toThrow(/set PULSO_SCHEMA_REGISTRY_USER/)
    const plain = { PULSO_SCHEMA_REGISTRY_URL: 'http://registry.example', PULSO_SCHEMA_REGISTRY_CA: 'ca.pem' }
    expect(() => readConfig({}, plain)).toThrow(/uses no certificates/)
    for (const wrong of ['registry:8081', 'ftp://registry', 'http://registry/?a=b'])
      expect(() => readConfig({}, { PULSO_SCHEMA_REGISTRY_URL: wrong })).toThrow(ConfigError)
  })

  it('takes the address of a ClickHouse server without what must not be shown', () => {
    const read = (url: string) => readConfig({}, { PULSO_CLICKHOUSE_URL: url }).clickhouseUrl
    expect(read('https://clickhouse:8443/')).toBe('https://clickhouse:8443')
    expect(read('http://proxy/clickhouse')).toBe('http://proxy/clickhouse')
    expect(() => read('clickhouse:8123')).toThrow(/PULSO_CLICKHOUSE_URL: .* is no address/)
    expect(() => read('http://pulso:hush@clickhouse:8123')).toThrow(/names a user/)
    expect(() => read('http://clickhouse:8123/?database=x')).toThrow(/leave out/)
  })

  it('takes certificates for a server that is asked over TLS alone', () => {
    const environment = { PULSO_CLICKHOUSE_CA: 'ca.pem', PULSO_CLICKHOUSE_URL: 'http://clickhouse:8123' }
    expect(() => readConfig({}, environment)).toThrow(/PULSO_CLICKHOUSE_URL=https/)
  })

  it('says all that Kafka needs at once', () => {
    const needs = () => readConfig({ backend: 'kafka' }, {})
    expect(needs).toThrow(/needs PULSO_KAFKA_BROKERS/)
    expect(needs).toThrow(/needs PULSO_SCHEMA_REGISTRY_URL/)
    expect(needs).toThrow(/needs PULSO_AUTHOR_KEY/)
    const enough = { backend: 'kafka', schemaRegistryUrl: 'http://registry:8081', authorKey: 'hush' }
    const { kafkaBrokers } = readConfig({ ...enough, kafkaBrokers: 'kafka-1:9092, [::1]:9093' }, {})
    expect(kafkaBrokers).toEqual(['kafka-1:9092', '[::1]:9093'])
    expect(() => readConfig({ ...enough, kafkaBrokers: 'kafka-1' }, {})).toThrow(/write kafka-1:9092/)
  })

  it.each([
    [{ kafkaSasl: 'plain' }, /needs a user/],
    [{ kafkaUser: 'ana', kafkaPassword: 'hush' }, /set PULSO_KAFKA_SASL/],
    [{ kafkaCa: '/ca.pem' }, /set PULSO_KAFKA_TLS=true/],
    [{ kafkaTls: 'true', kafkaCert: '/cert.pem' }, /belong together/],
    [{ tables: 'false' }, /PULSO_BACKEND=kafka alone/],
    [{ standbys: '1' }, /set PULSO_BACKEND=kafka and PULSO_STATE=disk/],
  ])('refuses what says nothing: %j', (given, message) => {
    expect(() => readConfig(given, {})).toThrow(message)
  })
})
