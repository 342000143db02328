// The parts of avsc 5.7 below its types, as far as they are used here.

declare module 'avsc/lib/utils.js' {
  /** Reads and writes at a place of a buffer; past its end it does nothing, and goes on. */
  export class Tap {
    buf: Buffer
    pos: number
    constructor(buf: Buffer, pos?: number)
    isValid(): boolean
    readLong(): number
    writeLong(value: number): void
    readString(): string | undefined
    writeString(text: string): void
    _invalidate(): void
  }
  const utils: { readonly Tap: typeof Tap }
  export default utils
}
