import { cInterfaceIn, type OpenVinoLibrary } from './library.js'

/** An object of OpenVINO behind its C interface. */
export type Handle = object | bigint

/** The C interface of OpenVINO 2.0 (`openvino/c/openvino.h`), as far as it is used here. Each call throws what went wrong. */
export interface OpenVino {
  core(): Handle
  property(core: Handle, device: string, name: string): string
  /** @param onnx bytes of an ONNX file */
  read(core: Handle, onnx: Uint8Array): Handle
  compile(core: Handle, model: Handle, device: string, properties: Readonly<Record<string, string>>): Handle
  /** Names and element types, which are numbers that differ between versions. */
  inputs(model: Handle): readonly { readonly name: string; readonly type: number }[]
  request(compiled: Handle): Handle
  /** The numbers must stay where they are until the request has run. */
  setInput(request: Handle, name: string, type: number, dims: readonly number[], values: ArrayBufferView): void
  /** Runs on a thread of its own. */
  infer(request: Handle): Promise<void>
  /** A copy of the first output as float32, with its dimensions. */
  output(request: Handle): { readonly dims: readonly number[]; readonly values: Float32Array }
  free(kind: 'core' | 'model' | 'compiled_model' | 'infer_request', handle: Handle): void
}

interface Native {
  (...given: readonly unknown[]): unknown
  async(...given: readonly unknown[]): void
}

function load(koffi: typeof import('koffi').default, file: string): ReturnType<typeof koffi.load> {
  try {
    return koffi.load(file, { lazy: true })
  } catch (error) {
    throw new Error(`${file} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

/**
 * Loads the runtime through koffi, which is an optional dependency.
 * @throws when koffi or the runtime cannot be loaded
 */
export async function loadOpenVino({ folder }: OpenVinoLibrary): Promise<OpenVino> {
  const file = cInterfaceIn(folder)
  if (file === undefined) throw new Error(`${folder} has no C interface of OpenVINO (libopenvino_c)`)
  const { default: koffi } = await import('koffi')
  const library = load(koffi, file)
  koffi.struct('ov_shape_t', { rank: 'int64_t', dims: 'int64_t *' })
  const native = (definition: string): Native => library.func(definition)

  const lastError = native('const char *ov_get_last_err_msg()')
  const check = (status: unknown, what: string): void => {
    if (status !== 0) throw new Error(`OpenVINO could not ${what}: ${String(lastError())}`)
  }
  /** Calls with a place for a result behind the arguments. */
  const taking = (definition: string, what: string) => {
    const call = native(definition)
    return <Result>(...given: readonly unknown[]): Result => {
      const place: [Result | null] = [null]
      check(call(...given, place), what)
      if (place[0] === null) throw new Error(`OpenVINO gave nothing when it was to ${what}`)
      return place[0]
    }
  }
  const create = taking('int ov_core_create(_Out_ void **core)', 'start')
  const ask = taking(
    'int ov_core_get_property(const void *core, const char *device, const char *name, _Out_ char **value)',
    'tell what the device is able to do',
  )
  const read = taking(
    'int ov_core_read_model_from_memory_buffer(const void *core, const uint8_t *model, size_t size, const void *weights, _Out_ void **read)',
    'read the model',
  )
  const compile = native(
    'int ov_core_compile_model(const void *core, const void *model, const char *device, size_t count, _Out_ void **compiled, ...)',
  )
  const inputsSize = taking('int ov_model_inputs_size(const void *model, _Out_ size_t *size)', 'count the inputs')
  const inputAt = taking(
    'int ov_model_const_input_by_index(const void *model, size_t index, _Out_ void **port)',
    'find an input',
  )
  const portName = taking('int ov_port_get_any_name(const void *port, _Out_ char **name)', 'name an input')
  const portType = taking(
    'int ov_port_get_element_type(const void *port, _Out_ int *type)',
    'tell the type of an input',
  )
  const freePort = native('void ov_output_const_port_free(void *port)')
  const request = taking(
    'int ov_compiled_model_create_infer_request(const void *compiled, _Out_ void **request)',
    'make a request',
  )
  const tensor = taking(
    'int ov_tensor_create_from_host_ptr(int type, ov_shape_t shape, void *values, _Out_ void **tensor)',
    'wrap the input',
  )
  const setTensor = native('int ov_infer_request_set_tensor(void *request, const char *name, const void *tensor)')
  const freeTensor = native('void ov_tensor_free(void *tensor)')
  const infer = native('int ov_infer_request_infer(void *request)')
  const outputTensor = taking(
    'int ov_infer_request_get_output_tensor(const void *request, _Out_ void **tensor)',
    'give the output',
  )
  const shapeOf = native('int ov_tensor_get_shape(const void *tensor, _Out_ ov_shape_t *shape)')
  const freeShape = native('int ov_shape_free(_Inout_ ov_shape_t *shape)')
  const sizeOf = taking('int ov_tensor_get_byte_size(const void *tensor, _Out_ size_t *size)', 'measure the output')
  const dataOf = taking('int ov_tensor_data(const void *tensor, _Out_ void **data)', 'open the output')

  return {
    core: () => create(),
    property: (core, device, name) => ask(core, device, name),
    read: (core, onnx) => read(core, onnx, onnx.length, null),
    compile: (core, model, device, properties) => {
      const given = Object.entries(properties).flat()
      const place: [Handle | null] = [null]
      const typed = given.flatMap((value) => ['const char *', value])
      check(compile(core, model, device, given.length, place, ...typed), 'compile the model')
      if (place[0] === null) throw new Error('OpenVINO gave no compiled model')
      return place[0]
    },
    inputs: (model) =>
      Array.from({ length: Number(inputsSize<number | bigint>(model)) }, (_, at) => {
        const port = inputAt<Handle>(model, at)
        const input = { name: portName<string>(port), type: portType<number>(port) }
        freePort(port)
        return input
      }),
    request: (compiled) => request(compiled),
    setInput: (of, name, type, dims, values) => {
      const shape = { rank: dims.length, dims: BigInt64Array.from(dims, BigInt) }
      const made = tensor<Handle>(type, shape, values)
      check(setTensor(of, name, made), `take the input ${name}`)
      freeTensor(made)
    },
    infer: (of) =>
      new Promise((resolve, reject) => {
        infer.async(of, (error: unknown, status: unknown) => {
          try {
            if (error) throw error
            check(status, 'run the model')
            resolve()
          } catch (reason) {
            reject(reason)
          }
        })
      }),
    output: (of) => {
      const made = outputTensor<Handle>(of)
      const shape = { rank: 0, dims: null }
      check(shapeOf(made, shape), 'tell the shape of the output')
      const dims = shape.dims === null ? [] : koffi.decode(shape.dims, 'int64_t', Number(shape.rank))
      const size = Number(sizeOf<number | bigint>(made))
      const values = new Float32Array(koffi.view(dataOf<Handle>(made), size).slice(0))
      freeShape(shape)
      freeTensor(made)
      return { dims: Array.from(dims, Number), values }
    },
    free: (kind, handle) => void native(`void ov_${kind}_free(void *handle)`)(handle),
  }
}
