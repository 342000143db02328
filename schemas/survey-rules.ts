import type { Survey } from './survey.js'

/** What is wrong with an answer for the kind of its question; null when nothing is. */
export function wrongInAnswer({
  kind,
  choices,
  text,
  weight,
}: Pick<Survey, 'kind' | 'choices' | 'text' | 'weight'>): string | null {
  if (weight !== null && !(weight > 0 && Number.isFinite(weight))) {
    return `weight is ${weight}, expected a number above 0`
  }
  if (kind === 'open') {
    return text === null || text.trim() === '' ? 'text is blank: an open question is answered in words' : null
  }
  if (kind === 'multiple') return null
  if (choices.length !== 1) return `choices has ${choices.length}, expected one for a question of the kind ${kind}`
  const [choice = ''] = choices
  return kind === 'scale' && (choice.trim() === '' || !Number.isFinite(Number(choice)))
    ? `choices has ${JSON.stringify(choice)}, expected a number for a scale`
    : null
}
