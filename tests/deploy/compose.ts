import { readYaml, versions } from './files.js'

export interface Service {
  readonly image: string
  readonly build?: { readonly dockerfile: string; readonly args: Readonly<Record<string, string>> }
  readonly environment?: Readonly<Record<string, string | number>>
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly secrets?: readonly string[]
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly restart?: string
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly deploy?: {
    readonly resources?: { readonly limits?: { readonly cpus?: string; readonly memory?: string } }
  }
}

export interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, null>>
  readonly secrets: Readonly<Record<string, { readonly environment?: string; readonly file?: string }>>
}

/** The file as it is written. */
export const written = readYaml<Compose>('docker-compose.kafka.yml')

/** Names of variables that the file asks for. */
export const askedFor = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name = '']) => name)),
]

/** A text with what the environment has in place of `${NAME:?remedy}`. @throws Error with the remedy where it has nothing */
export const substituted = (text: string, environment: Readonly<Record<string, string>>): string =>
  text.replace(/\$\{([A-Z_]+):\?([^}]*)\}/g, (_, name: string, remedy: string) => {
    const value = environment[name]
    if (value === undefined || value === '') throw new Error(`${name}: ${remedy}`)
    return value
  })

/** The file as compose reads it, with versions, and a secret of twenty characters for each that it asks for. */
export function resolved(): Compose {
  const text = JSON.stringify(written)
  const secrets = Object.fromEntries(askedFor(text).map((name) => [name, `a-secret-of-twenty-${name.length % 10}`]))
  return JSON.parse(substituted(text, { ...secrets, ...versions }))
}
