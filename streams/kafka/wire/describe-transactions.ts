import { protocol } from './protocol.js'

/** DescribeTransactions, version 0 (brokers from 3.0 on): where each transactional id stands. */
export const describeTransactionsProtocol = (transactionalIds: readonly string[]) =>
  protocol(
    { key: 65, version: 0, name: 'DescribeTransactions', flexible: true },
    (to) => {
      to.compactArray(transactionalIds, (id) => to.compactString(id)).noTags()
    },
    (from) => {
      const clientSideThrottleTime = from.int32()
      const transactions = from.compactArray(() => {
        const errorCode = from.int16()
        const transactionalId = from.compactString() ?? ''
        const state = from.compactString() ?? ''
        from.int32()
        from.int64()
        from.int64()
        from.int16()
        from.compactArray(() => {
          from.compactString()
          from.compactArray(() => from.int32())
          from.tags()
        })
        from.tags()
        return { errorCode, transactionalId, state }
      })
      return { clientSideThrottleTime, transactions }
    },
  )
