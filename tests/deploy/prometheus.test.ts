import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from '@jest/globals'
import { prometheusRules } from '../../schemas/prometheus/rules.js'
import { Metrics } from '../../sinks/metrics/metrics.js'
import { projectPath } from '../../streams/project.js'
import { readYaml, textOf } from './files.js'

interface Rule {
  readonly record?: string
  readonly alert?: string
  readonly expr: string
  readonly labels?: { readonly severity: string }
  readonly annotations?: { readonly summary: string; readonly remedy: string }
}

const file = 'deploy/prometheus/rules.yml'
const { groups } = readYaml<{ groups: readonly { rules: readonly Rule[] }[] }>(file)
const rules = groups.flatMap((group) => group.rules)
const alerts = rules.filter(({ alert }) => alert !== undefined)
const provisioned = readYaml<{
  groups: readonly {
    rules: readonly {
      for: string
      data: readonly {
        model: { expr?: string; conditions?: readonly { evaluator: { params: readonly number[] } }[] }
      }[]
    }[]
  }[]
}>('grafana/provisioning/alerting/pulso.yaml')
const grafana = provisioned.groups.flatMap((group) => group.rules)
const run = promisify(execFile)
const promtool = (...args: string[]) => run('promtool', args, { cwd: projectPath('') })
const hasPromtool = await promtool('--version').then(
  () => true,
  () => false,
)

describe('the alerts', () => {
  it('are made of one definition, which those of Grafana that ask Prometheus have too: npm run docs makes them so', () => {
    const [path, text] = prometheusRules
    expect(textOf(path)).toBe(text)
    const asked = grafana.flatMap(({ for: lasting, data: [query, , threshold] }) => {
      const [condition] = threshold?.model.conditions ?? []
      const expr = query?.model.expr
      return expr === undefined ? [] : [{ expr: `(${expr}) > ${condition?.evaluator.params[0]}`, for: lasting }]
    })
    expect(asked).toHaveLength(2)
    for (const rule of asked) expect(alerts).toContainEqual(expect.objectContaining(rule))
  })

  it('ask for metrics that the engine has, and for what the rules record', async () => {
    const exposed = await new Metrics().expose()
    const known = new Set([
      ...[...exposed.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name),
      ...rules.map(({ record }) => record),
    ])
    const asked = rules.flatMap(({ expr }) => expr.match(/\bpulso[_:]\w+/g) ?? [])
    expect(asked.length).toBeGreaterThan(5)
    expect(asked.filter((name) => !known.has(name))).toEqual([])
  })

  it('say what is the matter and what to do', () => {
    const silent = alerts.filter(
      ({ labels, annotations }) => !labels?.severity || !annotations?.summary || !annotations.remedy,
    )
    expect(silent).toEqual([])
  })

  it('are each tested to ring', () => {
    const { tests } = readYaml<{
      tests: readonly { alert_rule_test?: readonly { alertname: string; exp_alerts: readonly object[] }[] }[]
    }>('deploy/prometheus/rules.test.yml')
    const rung = tests.flatMap(({ alert_rule_test = [] }) =>
      alert_rule_test.filter(({ exp_alerts }) => exp_alerts.length > 0),
    )
    expect(new Set(rung.map(({ alertname }) => alertname))).toEqual(new Set(alerts.map(({ alert }) => alert)))
  })

  const withPromtool = hasPromtool ? it : it.skip
  withPromtool('are right by promtool, and ring when they have to and not before', async () => {
    expect((await promtool('check', 'rules', file)).stdout).toContain(`SUCCESS: ${rules.length} rules found`)
    expect((await promtool('test', 'rules', 'deploy/prometheus/rules.test.yml')).stdout).toContain('SUCCESS')
    expect((await promtool('check', 'config', '--syntax-only', 'deploy/prometheus/prometheus.yml')).stdout).toContain(
      'is valid',
    )
  })
})

describe('the scraping in a cluster', () => {
  it('is that of the compose file but for how the workers are found', () => {
    const jobs = ['prometheus', 'kubernetes'].map((name) => {
      const { scrape_configs, ...rest } = readYaml<{ scrape_configs: readonly { job_name: string }[] }>(
        `deploy/prometheus/${name}.yml`,
      )
      return { rest, first: scrape_configs[0]?.job_name }
    })
    expect(jobs[1]).toEqual(jobs[0])
  })
})
