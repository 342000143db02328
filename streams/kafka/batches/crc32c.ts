import { crc32c as checksum } from '@node-rs/crc32'

/** CRC-32C (RFC 3720, appendix B.4) of the bytes from `from` to `to`, as an unsigned integer. */
export const crc32c = (bytes: Buffer, from = 0, to = bytes.length): number => checksum(bytes.subarray(from, to))
