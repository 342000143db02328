import { Ajv2020 } from 'ajv/dist/2020.js'
import { textOf } from './files.js'

const check = (schema: object, document: unknown): readonly string[] => {
  const validate = new Ajv2020({ strict: false, validateFormats: false, allErrors: true }).compile(schema)
  validate(document)
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}

const fixture = (name: string) => JSON.parse(textOf(`tests/fixtures/specifications/${name}`))

/** What is wrong with a compose file, by the schema of its specification. */
export const wrongInCompose = (document: unknown): readonly string[] => check(fixture('compose-spec.json'), document)

/** Where the schema of each kind is. */
const kinds: Readonly<Record<string, string>> = {
  'v1 ConfigMap': 'core.v1.ConfigMap',
  'v1 Service': 'core.v1.Service',
  'apps/v1 StatefulSet': 'apps.v1.StatefulSet',
  'policy/v1 PodDisruptionBudget': 'policy.v1.PodDisruptionBudget',
  'autoscaling/v2 HorizontalPodAutoscaler': 'autoscaling.v2.HorizontalPodAutoscaler',
}

/** What is wrong with a manifest, by the schema that Kubernetes has of its kind. */
export function wrongInManifest(manifest: { readonly apiVersion: string; readonly kind: string }): readonly string[] {
  const kind = kinds[`${manifest.apiVersion} ${manifest.kind}`]
  if (kind === undefined) return [`there is no schema of ${manifest.apiVersion} ${manifest.kind}`]
  const reference = { $ref: `#/$defs/io.k8s.api.${kind}` }
  return check({ ...fixture('kubernetes-1.34.json'), ...reference }, manifest)
}
