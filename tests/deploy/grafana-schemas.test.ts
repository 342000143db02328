import { beforeAll, describe, expect, it } from '@jest/globals'
import { projectPath } from '../../streams/project.js'
import { PublishedShapes } from '../support/published-shape.js'
import { readYaml, textOf } from './files.js'

/** Types that Grafana publishes for its files, generated from its own schemas. */
const published = (module: string) =>
  projectPath(`node_modules/@grafana/grafana-foundation-sdk/dist/${module}/types.gen.d.ts`)
const modules = ['dashboard', 'alerting', 'expr', 'prometheus', 'timeseries', 'table', 'common']

interface Panel {
  readonly type: string
  readonly title: string
  readonly options: unknown
  readonly fieldConfig: { readonly defaults: { readonly custom?: unknown } }
  readonly targets: readonly { readonly datasource: { readonly type: string } }[]
}

const dashboards = ['trends', 'aspects', 'engagement', 'shifts', 'operations'].map(
  (name): { readonly panels: readonly Panel[] } => JSON.parse(textOf(`grafana/dashboards/${name}.json`)),
)
const { groups } = readYaml<{ groups: readonly { readonly interval: string; readonly rules: readonly Rule[] }[] }>(
  'grafana/provisioning/alerting/pulso.yaml',
)
interface Rule {
  readonly title: string
  readonly data: readonly { readonly datasourceUid: string; readonly model: { readonly type?: string } }[]
}

let shapes: PublishedShapes
beforeAll(() => {
  shapes = new PublishedShapes(modules.map(published))
})
const faults = (module: string, name: string, value: unknown, given: readonly string[] = []) =>
  shapes.faults(shapes.typeOf(published(module), name), value, name, given)

describe("Grafana's published schemas", () => {
  it('know every dashboard, down to its panels and variables', () => {
    for (const dashboard of dashboards) expect(faults('dashboard', 'Dashboard', dashboard)).toEqual([])
  })

  it('know the options and the fields of every panel by its kind', () => {
    const panels = dashboards.flatMap((dashboard) => dashboard.panels)
    expect(new Set(panels.map(({ type }) => type))).toEqual(new Set(['timeseries', 'table']))
    for (const { type, options, fieldConfig } of panels) {
      // A dashboard leaves out what is as usual: what is there is to be known.
      expect(known(faults(type, 'Options', options))).toEqual([])
      if (type === 'timeseries')
        expect(known(faults('common', 'GraphFieldConfig', fieldConfig.defaults.custom ?? {}))).toEqual([])
    }
  })

  it('know every query to Prometheus', () => {
    const targets = dashboards.flatMap(({ panels }) => panels.flatMap((panel) => panel.targets))
    const ofPrometheus = targets.filter(({ datasource }) => datasource.type === 'prometheus')
    expect(ofPrometheus.length).toBeGreaterThan(0)
    for (const target of ofPrometheus) expect(faults('prometheus', 'Dataquery', target)).toEqual([])
  })

  it('know every alert rule, its queries, and the expressions that follow them', () => {
    const rules = groups.flatMap((group) => group.rules)
    expect(rules.length).toBeGreaterThan(4)
    for (const rule of rules) {
      // The file says these of the whole group.
      expect(faults('alerting', 'Rule', rule, ['folderUID', 'orgID', 'ruleGroup'])).toEqual([])
      for (const { datasourceUid, model } of rule.data) {
        if (datasourceUid !== '__expr__') continue
        const name = model.type === 'reduce' ? 'TypeReduce' : 'TypeThreshold'
        expect(faults('expr', name, model)).toEqual([])
      }
    }
  })

  it('refuse what they do not know, what is missing and what is of another kind', () => {
    const [dashboard] = dashboards
    const { templating, ...rest } = dashboard as { readonly panels: readonly Panel[]; readonly templating?: unknown }
    expect(faults('dashboard', 'Dashboard', rest)).toEqual(['Dashboard.templating is missing'])
    expect(faults('dashboard', 'Dashboard', { ...dashboard, titel: 'x' })).toEqual(['Dashboard.titel is not known'])
    expect(faults('dashboard', 'Dashboard', { ...dashboard, refresh: 30 })).toEqual([
      'Dashboard.refresh is 30, expected string | undefined',
    ])
    const [rule] = groups[0]?.rules ?? []
    expect(
      faults('alerting', 'Rule', { ...rule, noDataState: 'Fine' }, ['folderUID', 'orgID', 'ruleGroup']),
    ).toHaveLength(1)
  })
})

const known = (all: readonly string[]) => all.filter((fault) => !fault.endsWith('is missing'))
