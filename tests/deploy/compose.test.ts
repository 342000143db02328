import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from '@jest/globals'
import { readConfig, settings } from '../../streams/config.js'
import { projectPath } from '../../streams/project.js'
import { brokerLibraries } from '../support/kafka/artefacts.js'
import { whyNoBroker } from '../support/kafka/shared.js'
import { scratchFolder } from '../support/scratch.js'
import { askedFor, resolved, type Service, substituted, written } from './compose.js'
import { environmentOf, readStages, saidBy } from './dockerfile.js'
import { readYaml, textOf, versions } from './files.js'
import { wrongInCompose } from './schema.js'

const text = textOf('docker-compose.kafka.yml')
const compose = resolved()
const services = Object.entries(compose.services)
const image = readStages('deploy/Dockerfile').at(-1) ?? []
const scratch = scratchFolder()
afterAll(scratch.remove)

const pulso = services.filter(([, service]) => service.image.startsWith('pulso:'))
const ofPulso = ({ environment = {} }: Service): Readonly<Record<string, string>> => ({
  ...environmentOf(image),
  ...Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)])),
})
const portOf = (url: string) => Number(new URL(url).port)

/** Ports that the services listen on, by what is known of their images and by what is set here. */
const listening: Readonly<Record<string, readonly number[]>> = {
  kafka: [...String(compose.services['kafka']?.environment?.['KAFKA_LISTENERS']).matchAll(/:(\d+)/g)].map(([, port]) =>
    Number(port),
  ),
  registry: [Number(compose.services['registry']?.environment?.['QUARKUS_HTTP_PORT'])],
  clickhouse: [8123, 9000],
  worker: saidBy(image, 'EXPOSE').map(Number),
  board: saidBy(image, 'EXPOSE').map(Number),
  prometheus: [9090],
  grafana: [3000],
}

describe('docker-compose.kafka.yml', () => {
  it('is a compose file by the specification, which a wrong one is not', () => {
    expect(wrongInCompose(written)).toEqual([])
    expect(wrongInCompose({ services: { kafka: { image: 'a', healthchek: {} } } })).not.toEqual([])
  })

  it('has Kafka, registry, ClickHouse, workers, board, Prometheus and Grafana', () => {
    expect(Object.keys(compose.services).sort()).toEqual(Object.keys(listening).sort())
  })

  it('takes every version from the one file that states it, none of them latest', () => {
    const images = Object.values(written.services).map(({ image: name }) => name)
    expect(images.filter((name) => !/^[a-z/-]+:\$\{[A-Z]+_VERSION:\?[^}]+\}$/.test(name))).toEqual([])
    expect(
      askedFor(text)
        .filter((name) => name.endsWith('_VERSION'))
        .sort(),
    ).toEqual(Object.keys(versions).sort())
    expect(Object.values(versions).filter((version) => !/^v?\d+\.\d+\.\d+(\.\w+)?$/.test(version))).toEqual([])
    const elsewhere = ['docker-compose.kafka.yml', 'deploy/Dockerfile', 'deploy/README.md', 'README.md']
      .map(textOf)
      .join('\n')
    const stated = Object.entries(versions).filter(
      ([name, version]) => name !== 'ENGINE_VERSION' && elsewhere.includes(version),
    )
    expect(stated).toEqual([])
  })

  it('runs the Kafka and the registry that the tests run', () => {
    expect(textOf('tests/support/kafka/pom.xml')).toContain(`<version>${versions['KAFKA_VERSION']}</version>`)
    expect(textOf('tests/support/kafka/registry-pom.xml')).toContain(
      `<version>${versions['REGISTRY_VERSION']}</version>`,
    )
  })

  it('gives every service a health check, limits, and a start after a crash', () => {
    const lacking = services.filter(
      ([, { healthcheck, restart, deploy }]) =>
        healthcheck === undefined ||
        restart !== 'unless-stopped' ||
        !deploy?.resources?.limits?.cpus ||
        !deploy.resources.limits.memory,
    )
    expect(lacking.map(([name]) => name)).toEqual([])
  })

  it('waits for the health of what each service needs', () => {
    const waits = services.flatMap(([, { depends_on = {} }]) => Object.entries(depends_on))
    expect(
      waits.filter(([name, { condition }]) => !(name in compose.services) || condition !== 'service_healthy'),
    ).toEqual([])
    expect(Object.keys(compose.services['board']?.depends_on ?? {}).sort()).toEqual(['clickhouse', 'kafka', 'registry'])
  })

  it('has no secret in it: each is asked for, and its absence is told with the remedy', () => {
    const secret = Object.values(written.services).flatMap(({ environment = {} }) =>
      Object.entries(environment).filter(([name]) => /PASSWORD|TOKEN|SECRET|AUTHOR_KEY/.test(name)),
    )
    expect(secret.length).toBeGreaterThan(5)
    expect(secret.filter(([, value]) => !/^\$\{[A-Z_]+:\?[^}]+\}$/.test(String(value)))).toEqual([])
    expect(Object.values(compose.secrets)).toEqual([{ environment: 'PULSO_METRICS_TOKEN' }])
    expect(() => substituted(text, versions)).toThrow(/PULSO_AUTHOR_KEY: a key of 32 random bytes/)
    expect(textOf('deploy/README.md')).toEqual(expect.stringContaining('PULSO_AUTHOR_KEY'))
    const unmentioned = askedFor(text).filter(
      (name) => !name.endsWith('_VERSION') && !textOf('deploy/README.md').includes(name),
    )
    expect(unmentioned).toEqual([])
  })

  it('opens doors to this machine alone, each once, where something listens behind', () => {
    const ports = services.flatMap(([name, service]) => (service.ports ?? []).map((port) => ({ name, port })))
    const wrong = ports.filter(({ name, port }) => {
      const [, , inside = ''] = /^127\.0\.0\.1:(\d+):(\d+)$/.exec(port) ?? []
      return !listening[name]?.includes(Number(inside))
    })
    expect(wrong).toEqual([])
    expect(new Set(ports.map(({ port }) => port.split(':')[1])).size).toBe(ports.length)
  })

  it('keeps data in volumes that it declares, and mounts files that exist, to be read only', () => {
    const mounts = services.flatMap(([, { volumes = [] }]) => volumes)
    const named = mounts.filter((mount) => /^[a-z]+:/.test(mount)).map((mount) => mount.split(':')[0])
    expect(named.sort()).toEqual(Object.keys(compose.volumes).sort())
    const files = mounts.filter((mount) => mount.startsWith('./')).map((mount) => mount.split(':'))
    expect(files.filter(([from = '', , mode]) => mode !== 'ro' || !existsSync(projectPath(from)))).toEqual([])
  })
})

describe('Pulso in docker-compose.kafka.yml', () => {
  it.each(pulso)('as %s gets settings that exist and go together', (_, service) => {
    const environment = ofPulso(service)
    const known = new Set(Object.values(settings).map(({ env }) => env))
    expect(Object.keys(environment).filter((name) => name.startsWith('PULSO_') && !known.has(name))).toEqual([])
    expect(readConfig({}, environment)).toMatchObject({ backend: 'kafka', httpHost: '0.0.0.0' })
  })

  it.each(pulso)('as %s finds others where they listen', (_, service) => {
    const {
      PULSO_KAFKA_BROKERS = '',
      PULSO_SCHEMA_REGISTRY_URL = '',
      PULSO_CLICKHOUSE_URL = 'http://clickhouse:8123',
    } = ofPulso(service)
    const addresses = [`http://${PULSO_KAFKA_BROKERS}`, PULSO_SCHEMA_REGISTRY_URL, PULSO_CLICKHOUSE_URL]
    expect(addresses.filter((url) => !listening[new URL(url).hostname]?.includes(portOf(url)))).toEqual([])
    expect(compose.services['kafka']?.environment?.['KAFKA_ADVERTISED_LISTENERS']).toContain(
      `INSIDE://${PULSO_KAFKA_BROKERS}`,
    )
  })

  it.each(pulso)('as %s has no rights that it does not need, and a data folder', (_, service) => {
    expect([service.read_only, service.cap_drop, service.build?.dockerfile]).toEqual([
      true,
      ['ALL'],
      'deploy/Dockerfile',
    ])
    const folder = environmentOf(image)['PULSO_DATA_DIR'] ?? ''
    expect(service.volumes?.map((mount) => mount.replace(/^[a-z]+:/, ''))).toEqual([folder])
    expect(service.healthcheck?.test.slice(1)).toEqual(['node', 'deploy/probe.mjs', '/readyz'])
  })

  it('has one that carries topics into tables: the board', () => {
    const tables = pulso.map(([name, service]) => [name, readConfig({}, ofPulso(service)).tables])
    expect(Object.fromEntries(tables)).toEqual({ worker: false, board: true })
  })
})

describe('others in docker-compose.kafka.yml', () => {
  const withJava = whyNoBroker() === null ? it : it.skip
  withJava('Kafka takes its settings: its own tool formats a folder with them', () => {
    const environment = Object.entries(compose.services['kafka']?.environment ?? {})
    const properties = environment
      .filter(([name]) => name !== 'KAFKA_HEAP_OPTS')
      .map(([name, value]) => [name.slice('KAFKA_'.length).toLowerCase().replaceAll('_', '.'), value])
      .map(([name, value]) => `${name}=${name === 'log.dirs' ? join(scratch.dir, 'kafka') : value}`)
    const file = join(scratch.dir, 'server.properties')
    writeFileSync(file, properties.join('\n'))
    const tool = ['-Xmx64m', '-cp', `${brokerLibraries()}/*`, 'kafka.tools.StorageTool']
    const said = execFileSync('java', [...tool, 'format', '-t', 'cHVsc28tdGVzdHMtMDAwMQ', '-c', file], {
      stdio: 'pipe',
      encoding: 'utf8',
    })
    expect(said).toContain('Formatting')
  })

  it('the registry is well when it says 200, and not when it says 503', async () => {
    const check = (compose.services['registry']?.healthcheck?.test ?? []).slice(1)
    const statusOf = async (answer: number) => {
      const server = createServer((request, response) =>
        response.writeHead(request.url === '/health/ready' ? answer : 404).end(),
      )
      await once(server.listen(0, '127.0.0.1'), 'listening')
      const { port } = server.address() as AddressInfo
      const [command = '', ...args] = check.map((part) => part.replace('8080', String(port)))
      const ended = await promisify(execFile)(command, args).then(
        () => 0,
        ({ code }) => Number(code),
      )
      server.closeAllConnections()
      server.close()
      return ended
    }
    expect([await statusOf(200), await statusOf(503)]).toEqual([0, 1])
  })

  it('Prometheus reads workers and board where they listen, with the token that they take', () => {
    const { scrape_configs } = readYaml<{ scrape_configs: readonly Readonly<Record<string, unknown>>[] }>(
      'deploy/prometheus/prometheus.yml',
    )
    expect(scrape_configs[0]).toMatchObject({
      authorization: { credentials_file: `/run/secrets/${compose.services['prometheus']?.secrets?.[0]}` },
      dns_sd_configs: [{ names: pulso.map(([name]) => name), port: listening['worker']?.[0] }],
    })
  })

  it('Grafana asks ClickHouse as a user who reads alone, with the password that it has there', () => {
    const { datasources } = readYaml<{ datasources: readonly Readonly<Record<string, unknown>>[] }>(
      'grafana/provisioning/datasources/pulso.yaml',
    )
    const environment = compose.services['grafana']?.environment
    expect(environment?.['PROMETHEUS_URL']).toBe(`http://prometheus:${listening['prometheus']?.[0]}`)
    expect(datasources[0]).toMatchObject({ url: '$PROMETHEUS_URL' })
    expect(datasources[1]).toMatchObject({
      type: 'grafana-clickhouse-datasource',
      jsonData: { host: '$CLICKHOUSE_HOST', port: '$CLICKHOUSE_PORT', username: '$CLICKHOUSE_GRAFANA_USER' },
      secureJsonData: { password: '$CLICKHOUSE_GRAFANA_PASSWORD' },
    })
    expect(environment).toMatchObject({ CLICKHOUSE_HOST: 'clickhouse', CLICKHOUSE_GRAFANA_USER: 'grafana' })
    expect(Number(environment?.['CLICKHOUSE_PORT'])).toBe(8123)
    const user = textOf('deploy/clickhouse/grafana-user.xml')
    expect(user).toMatch(
      /<grafana>\s*<password from_env="CLICKHOUSE_GRAFANA_PASSWORD"\/>\s*<profile>readonly<\/profile>/,
    )
    const given = ['clickhouse', 'grafana'].map(
      (name) => compose.services[name]?.environment?.['CLICKHOUSE_GRAFANA_PASSWORD'],
    )
    expect(new Set(given).size).toBe(1)
  })
})
