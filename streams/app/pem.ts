import { readFileSync } from 'node:fs'

/**
 * The text of a PEM file; null when none is set.
 * @param variable the setting that names it
 * @throws Error that names the setting, when it cannot be read or is none
 */
export function pem(variable: string, path: string): string | null {
  if (path === '') return null
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new Error(`${variable}: ${path} cannot be read (${error instanceof Error ? error.message : String(error)})`)
  }
  if (!text.includes('-----BEGIN ')) throw new Error(`${variable}: ${path} is no PEM file, which has a line -----BEGIN`)
  return text
}
