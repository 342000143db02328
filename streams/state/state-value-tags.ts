/*
 * Values of state as bytes. Each begins with a tag:
 *
 *   0x00..0x7f  that integer
 *   0x80..0xbf  an ASCII text of 0 to 63 characters, its bytes
 *   0xc0..0xdf  an array of 0 to 31 values
 *   the rest    as named below; numbers of bytes of texts as u32, other lengths as LEB128
 *
 * An object is its number of fields, the bytes of their names, the names, and the values in the same order. A value can
 * be read without any other, and by whatever later version knows these tags.
 */
/** First tag of a short text. */
export const shortText = 0x80
/** First tag of a short array. */
export const shortArray = 0xc0
/** Characters. */
export const longestShortText = 0x3f
/** Values. */
export const longestShortArray = 0x1f
/** Of all other values. */
export const tags = {
  undefined: 0xe0,
  null: 0xe1,
  false: 0xe2,
  true: 0xe3,
  float64: 0xe4,
  int32: 0xe5,
  utf8: 0xe6,
  codeUnits: 0xe7,
  array: 0xe8,
  map: 0xe9,
  set: 0xea,
  bytes: 0xeb,
  date: 0xec,
  bigint: 0xed,
  object: 0xee,
} as const
