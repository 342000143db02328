/** What a code unit is within a text: docs/consumer-trends.md, "Text". */
export type Part = 'word' | 'apostrophe' | 'gap' | 'break'

const parts = new Map<string, Part>()

export function partOf(unit: string): Part {
  let part = parts.get(unit)
  if (part === undefined) {
    if (/^[\p{L}\p{N}\p{M}]$/u.test(unit)) part = 'word'
    else if (['\u0027', '\u2019', '\u00b4', '\u0060'].includes(unit)) part = 'apostrophe'
    else if (unit === '-' || unit === '\t' || /^\p{Zs}$/u.test(unit)) part = 'gap'
    else part = 'break'
    parts.set(unit, part)
  }
  return part
}

/** The text in NFC, if it holds a combining mark; else as it is. */
export const composed = (text: string): string => (/[\u0300-\u036f]/.test(text) ? text.normalize('NFC') : text)

const folded = new Map<string, string>()

/** Small letters without their marks, the tilde of ñ kept; unit by unit. */
export function fold(text: string): string {
  let result = ''
  for (let at = 0; at < text.length; at++) {
    const unit = text.charAt(at)
    let found = folded.get(unit)
    if (found === undefined) {
      found = foldUnit(unit)
      folded.set(unit, found)
    }
    result += found
  }
  return result
}

function foldUnit(unit: string): string {
  const small = unit.toLowerCase()
  const bare = small
    .normalize('NFD')
    .replace(/n\u0303/, 'ñ')
    .replace(/[\u0300-\u036f]/g, '')
  for (const candidate of [bare, small]) if (candidate.length === 1) return candidate
  return unit
}

/** Whether the unit is a capital letter. */
export const isCapital = (unit: string): boolean => /^\p{Lu}$/u.test(unit)
