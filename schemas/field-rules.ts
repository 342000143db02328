/** What a field rule made of an input: a value, or what was expected instead. */
export type Ruled<Value> = { readonly value: Value } | { readonly expected: string }

/** Reads one field. Absent, null and (as CSV has no null) empty values come as null. */
export type FieldRule<Value> = (given: unknown) => Ruled<Value>

const ok = <Value>(value: Value): Ruled<Value> => ({ value })

/** A rule whose field may be left out; it is null then. */
export const optional =
  <Value>(rule: FieldRule<Value>): FieldRule<Value | null> =>
  (given) =>
    given === null ? ok(null) : rule(given)

/** An identity: a text, or a whole number as JSON has it, 1 to 512 characters. */
export const identity: FieldRule<string> = (given) => {
  const text = typeof given === 'number' && Number.isSafeInteger(given) ? String(given) : given
  if (typeof text !== 'string' || text.length > 512 || text.trim() === '') {
    return { expected: 'a text of 1 to 512 characters, or a whole number up to 2^53' }
  }
  return ok(text.toWellFormed())
}

/** A text that says something. Halves of surrogate pairs, which UTF-8 cannot hold, become U+FFFD. */
export const plainText: FieldRule<string> = (given) =>
  typeof given === 'string' && given.trim() !== '' ? ok(given.toWellFormed()) : { expected: 'a text that is not blank' }

const isoInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/

/** Milliseconds since 1970 as a number or digits, or an ISO 8601 time that names its zone. */
export const instant: FieldRule<number> = (given) => {
  const millis =
    typeof given === 'string'
      ? /^\d{1,16}$/.test(given)
        ? Number(given)
        : isoInstant.test(given)
          ? Date.parse(given)
          : Number.NaN
      : given
  return typeof millis === 'number' && Number.isSafeInteger(millis) && millis >= 0
    ? ok(millis)
    : { expected: 'milliseconds since 1970 (a whole number >= 0) or an ISO 8601 time with its zone' }
}

/** `es`, `ES` and `es-PE` are the language `es`. */
export const languageCode: FieldRule<string> = (given) => {
  const code = typeof given === 'string' ? /^([a-z]{2})(?:[-_][a-z0-9-]+)?$/i.exec(given)?.[1] : undefined
  return code === undefined ? { expected: 'an ISO 639-1 code such as es or es-PE' } : ok(code.toLowerCase())
}

/** INEI's code of a department, province or district, 010000 standing for the department 01 as in their tables. */
export const ubigeo: FieldRule<string> = (given) => {
  const code = typeof given === 'string' ? /^(0[1-9]|1\d|2[0-5])(\d{2}){0,2}$/.exec(given)?.[0] : undefined
  return code === undefined
    ? { expected: 'a ubigeo as a text: 2, 4 or 6 digits, of a department 01 to 25' }
    : ok(code.replace(/^(..)0000$/, '$1').replace(/^(....)00$/, '$1'))
}

/** A rating from 1 to 5, halves and finer included. */
export const stars: FieldRule<number> = (given) => {
  const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given
  return typeof number === 'number' && number >= 1 && number <= 5 ? ok(number) : { expected: 'a number from 1 to 5' }
}

/** A total, a whole number >= 0. */
export const count: FieldRule<number> = (given) => {
  const number = typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : given
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0
    ? ok(number)
    : { expected: 'a whole number >= 0' }
}

/** A number above 0. */
export const weight: FieldRule<number> = (given) => {
  const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given
  return typeof number === 'number' && number > 0 && Number.isFinite(number)
    ? ok(number)
    : { expected: 'a number above 0' }
}

const mostChoices = 50

/** Texts, as a list or, as CSV has none, separated by |. Absent is none. */
export const choices: FieldRule<readonly string[]> = (given) => {
  if (given === null) return ok([])
  const list: unknown =
    typeof given === 'string' ? given.split('|') : typeof given === 'number' ? [String(given)] : given
  const texts = Array.isArray(list) ? list.map((each: unknown) => (typeof each === 'number' ? String(each) : each)) : []
  const good = texts.every(
    (each): each is string => typeof each === 'string' && each.trim() !== '' && each.length <= 512,
  )
  return Array.isArray(list) && good && texts.length <= mostChoices
    ? ok(texts.map((each) => String(each).trim().toWellFormed()))
    : { expected: `up to ${mostChoices} texts of 1 to 512 characters, as a list or separated by |` }
}

/** One of the names. */
export const oneOf =
  <Name extends string>(...names: readonly Name[]): FieldRule<Name> =>
  (given) => {
    const name = names.find((each) => each === given)
    return name === undefined ? { expected: `one of ${names.join(', ')}` } : ok(name)
  }

/** Absent is false. */
export const flag: FieldRule<boolean> = (given) => {
  if (given === null || given === false || given === 'false') return ok(false)
  return given === true || given === 'true' ? ok(true) : { expected: 'true or false' }
}

/** An address of the web. */
export const webAddress: FieldRule<string> = (given) =>
  typeof given === 'string' && /^https?:\/\/\S+$/.test(given)
    ? ok(given.toWellFormed())
    : { expected: 'an address that starts with http:// or https://' }
