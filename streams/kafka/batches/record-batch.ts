/**
 * Layout of a record batch of format 2 (Kafka's documentation, "Record Batch"), as offsets from its first byte. Numbers
 * are big-endian; the checksum covers everything from the attributes on.
 */
export const batchLayout = {
  baseOffset: 0,
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  count: 57,
  records: 61,
} as const

/** Bytes of a batch that its length does not count. */
export const lengthFieldEnd = 12

export const batchMagic = 2

export const batchAttributes = { compression: 0x07, logAppendTime: 0x08, transactional: 0x10, control: 0x20 } as const
