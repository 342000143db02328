import type { Protocol } from 'kafkajs/src/broker/index.js'
import { WireReader } from './reader.js'
import { WireWriter } from './writer.js'

/** A request of our own, in a shape that kafkajs sends over its connections. */
export function protocol<Result extends object>(
  api: { readonly key: number; readonly version: number; readonly name: string; readonly flexible?: boolean },
  write: (to: WireWriter) => void,
  read: (from: WireReader) => Result,
  options: { readonly requestTimeout?: number; readonly size?: number } = {},
): Protocol<Result> {
  const flexible = api.flexible === true
  return {
    request: {
      apiKey: api.key,
      apiVersion: api.version,
      apiName: api.name,
      encode: async () => {
        const writer = new WireWriter(options.size)
        // kafkajs writes headers without tagged fields: those of flexible versions end with an empty list of them.
        if (flexible) writer.noTags()
        write(writer)
        return writer
      },
    },
    response: {
      decode: async (payload) => {
        const reader = new WireReader(payload)
        if (flexible) reader.tags()
        return read(reader)
      },
      parse: async (data) => data,
    },
    ...(options.requestTimeout === undefined ? {} : { requestTimeout: options.requestTimeout }),
    logResponseError: false,
  }
}
