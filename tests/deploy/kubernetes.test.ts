import { readdirSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { readConfig, settings } from '../../streams/config.js'
import { projectPath } from '../../streams/project.js'
import { environmentOf, readStages, saidBy } from './dockerfile.js'
import { readYaml, readYamls, textOf, versions } from './files.js'
import { wrongInManifest } from './schema.js'

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string }
}
interface Container {
  readonly image: string
  readonly envFrom: readonly { readonly configMapRef: { readonly name: string } }[]
  readonly env: readonly {
    readonly name: string
    readonly value?: string
    readonly valueFrom?: {
      readonly secretKeyRef?: { readonly name: string; readonly key: string }
      readonly fieldRef?: { readonly fieldPath: string }
    }
  }[]
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
  readonly startupProbe: Probe
  readonly livenessProbe: Probe
  readonly readinessProbe: Probe
  readonly resources: { readonly requests: object; readonly limits: object }
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
}
interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly data?: Readonly<Record<string, string>>
  readonly spec: {
    readonly selector: object
    readonly serviceName: string
    readonly scaleTargetRef: object
    readonly maxReplicas: number
    readonly metrics: readonly { readonly external: { readonly metric: { readonly name: string } } }[]
    readonly template: {
      readonly metadata: { readonly labels: object }
      readonly spec: {
        readonly containers: readonly [Container]
        readonly enableServiceLinks: boolean
        readonly volumes: readonly { readonly name: string }[]
      }
    }
    readonly volumeClaimTemplates: readonly { readonly metadata: { readonly name: string } }[]
  }
}

const folder = 'deploy/kubernetes'
const { resources, images } = readYaml<{
  resources: readonly string[]
  images: readonly { name: string; newTag: string }[]
}>(`${folder}/kustomization.yaml`)
const manifests = resources.flatMap((file) => readYamls<Manifest>(`${folder}/${file}`))
const image = readStages('deploy/Dockerfile').at(-1) ?? []
const named = (kind: string, name: string): Manifest => {
  const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name)
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`)
  return found
}
const settingsOf = named('ConfigMap', 'pulso').data ?? {}
const sets = ['pulso-worker', 'pulso-board'].map((name) => named('StatefulSet', name))
const podOf = ({ spec }: Manifest) => spec.template.spec

describe('the Kubernetes manifests', () => {
  it('are right by the schemas of Kubernetes, which a wrong one is not', () => {
    expect(manifests.map(({ kind }) => kind).sort()).toEqual([
      'ConfigMap',
      'HorizontalPodAutoscaler',
      'PodDisruptionBudget',
      'Service',
      'Service',
      'StatefulSet',
      'StatefulSet',
    ])
    expect(manifests.flatMap(wrongInManifest)).toEqual([])
    const misspelt = { apiVersion: 'v1', kind: 'Service', spec: { ports: [{ prot: 1 }] } }
    expect(wrongInManifest(misspelt)).not.toEqual([])
  })

  it('are all named, but for the values of the adapter', () => {
    const files = readdirSync(projectPath(folder)).filter((file) => file !== 'kustomization.yaml')
    expect(files.sort()).toEqual([...resources, 'prometheus-adapter.yaml'].sort())
  })

  it('run the image of this version', () => {
    expect(images).toEqual([{ name: 'pulso', newTag: versions['ENGINE_VERSION'] }])
    expect(sets.map((set) => podOf(set).containers[0].image)).toEqual(['pulso', 'pulso'])
  })

  it.each(sets)('of $metadata.name give settings that exist and go together, secrets from a Secret', (set) => {
    const [{ env, envFrom }] = podOf(set).containers
    expect(envFrom).toEqual([{ configMapRef: { name: 'pulso' } }])
    const given = Object.fromEntries(env.map(({ name, value }) => [name, value ?? 'a-secret-of-twenty-0']))
    const environment = { ...environmentOf(image), ...settingsOf, ...given }
    expect(readConfig({}, environment)).toMatchObject({ backend: 'kafka' })
    const secret = new Set(
      Object.values(settings)
        .filter((setting) => 'secret' in setting)
        .map(({ env: name }) => name),
    )
    expect(Object.keys(settingsOf).filter((name) => secret.has(name))).toEqual([])
    expect(
      env.filter(({ name, valueFrom }) => secret.has(name) !== (valueFrom?.secretKeyRef?.name === 'pulso')),
    ).toEqual([])
    const keys = env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.key ?? [])
    expect(keys.filter((key) => !textOf('deploy/README.md').includes(`--from-literal=${key}=`))).toEqual([])
  })

  it.each(sets)('of $metadata.name put no variable into the pod that Pulso refuses', (set) => {
    expect(podOf(set).enableServiceLinks).toBe(false)
    expect(() => readConfig({}, { PULSO_BOARD_SERVICE_HOST: '10.0.0.1' })).toThrow(/is no setting/)
  })

  it.each(sets)('of $metadata.name probe the paths and the port that the engine has', (set) => {
    const [{ startupProbe, livenessProbe, readinessProbe, ports }] = podOf(set).containers
    const asked = [startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => `${httpGet.port} ${httpGet.path}`)
    expect(asked).toEqual(['http /healthz', 'http /healthz', 'http /readyz'])
    const routes = textOf('dashboard/server/routes/operations.ts')
    expect([routes.includes("app.get('/healthz'"), routes.includes("app.get('/readyz'")]).toEqual([true, true])
    expect(ports).toEqual([{ name: 'http', containerPort: Number(saidBy(image, 'EXPOSE')[0]) }])
  })

  it.each(sets)('of $metadata.name give no rights beyond a data folder and /tmp', (set) => {
    expect(podOf(set)).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: Number(saidBy(image, 'USER')[0]?.split(':')[0]),
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    })
    const [{ volumeMounts, resources: room }] = podOf(set).containers
    expect(volumeMounts.map(({ mountPath }) => mountPath)).toEqual([environmentOf(image)['PULSO_DATA_DIR'], '/tmp'])
    const volumes = [
      ...set.spec.volumeClaimTemplates.map(({ metadata }) => metadata.name),
      ...podOf(set).volumes.map(({ name }) => name),
    ]
    expect(volumeMounts.map(({ name }) => name)).toEqual(volumes)
    expect([Object.keys(room.requests), Object.keys(room.limits)]).toEqual([
      ['cpu', 'memory'],
      ['cpu', 'memory'],
    ])
  })

  it.each(sets)('of $metadata.name are found by their Service and by their own selector', (set) => {
    const { labels } = set.spec.template.metadata
    expect(set.spec.selector).toEqual({ matchLabels: labels })
    expect(named('Service', set.spec.serviceName).spec.selector).toEqual(labels)
  })

  it('let one worker go at a time', () => {
    expect(named('PodDisruptionBudget', 'pulso-worker').spec).toEqual({
      maxUnavailable: 1,
      selector: { matchLabels: sets[0]?.spec.template.metadata.labels },
    })
  })

  it('start workers by the lag that Prometheus has, no more than there are partitions', () => {
    const { spec } = named('HorizontalPodAutoscaler', 'pulso-worker')
    expect(spec.scaleTargetRef).toEqual({ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'pulso-worker' })
    expect(String(spec.maxReplicas)).toBe(settingsOf['PULSO_PARTITIONS'])
    const { rules } = readYaml<{
      rules: { external: readonly [{ seriesQuery: string; metricsQuery: string; name: { as: string } }] }
    }>(`${folder}/prometheus-adapter.yaml`)
    const [{ seriesQuery, metricsQuery, name }] = rules.external
    expect(spec.metrics.map(({ external }) => external.metric.name)).toEqual([name.as])
    expect(metricsQuery).toBe(`max(${seriesQuery})`)
    expect(textOf('deploy/prometheus/rules.yml')).toContain(`record: "${seriesQuery}"\n`)
  })
})
