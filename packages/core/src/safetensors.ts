import { HillockError } from './errors.ts'

/** An array with its shape; f64 where it is a Float64Array, f32 otherwise. */
export interface SavedTensor {
  readonly shape: readonly number[]
  readonly values: Float32Array | Float64Array
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, SavedTensor>
  readonly metadata: Readonly<Record<string, string>>
}

const lengthBytes = 8
/** Parsed JSON takes up to 50 times its length in memory, so a header may be long only where there are many more values. */
const longestHeader = (values: number) => 2 ** 20 + values / 16
const longestMessage = 200
const widths = { F32: 4, F64: 8 } as const
type Dtype = keyof typeof widths

/**
 * Packs tensors and metadata as a safetensors file (huggingface.co/docs/safetensors): the header's length in 8 bytes, the header in
 * JSON, padded with spaces to 8 bytes, then the values, little-endian and without gaps. Errors: HILLOCK_SHAPE for a shape that does
 * not fit its values, HILLOCK_OPTION for a tensor of the reserved name, or names and metadata so long that they could not be read back.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, SavedTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const entries: [string, unknown][] = [['__metadata__', metadata]]
  let end = 0
  for (const [name, { shape, values }] of tensors) {
    if (name === '__metadata__') {
      throw new HillockError('HILLOCK_OPTION', `a tensor is named '${name}'`, { hint: 'the name is reserved' })
    }
    if (sizeOf(shape) !== values.length) {
      const message = `'${name}' has ${values.length} values for the shape [${shape.join(', ')}]`
      throw new HillockError('HILLOCK_SHAPE', message, { hint: 'the product of the shape is the number of values' })
    }
    const begin = end
    end += values.byteLength
    entries.push([name, { dtype: dtypeOf(values), shape, data_offsets: [begin, end] }])
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)))
  const header = Math.ceil(text.length / 8) * 8
  if (header > longestHeader(end)) {
    const hint = `at most ${Math.floor(longestHeader(end))} are read with ${end} bytes of values`
    throw new HillockError('HILLOCK_OPTION', `names and metadata take ${header} bytes`, { hint })
  }
  const bytes = new Uint8Array(lengthBytes + header + end).fill(0x20, lengthBytes, lengthBytes + header)
  bytes.set(text, lengthBytes)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(header), true)
  let at = lengthBytes + header
  for (const { values } of tensors.values()) {
    const width = values.BYTES_PER_ELEMENT
    for (let i = 0; i < values.length; i++, at += width) {
      if (width === 4) view.setFloat32(at, values[i]!, true)
      else view.setFloat64(at, values[i]!, true)
    }
  }
  return bytes
}

/** Unpacks a safetensors file of F32 and F64 tensors. Errors: HILLOCK_DATA_DAMAGED saying what is wrong. */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < lengthBytes) throw damaged(`it has ${bytes.length} bytes, too few for a header`)
  const length = Number(view.getBigUint64(0, true))
  const start = lengthBytes + length
  if (start > bytes.length) throw damaged(`its header claims ${length} bytes, the file has ${bytes.length} in all`)
  const most = longestHeader(bytes.length - start)
  if (length > most) throw damaged(`its header has ${length} bytes, at most ${Math.floor(most)} go with these values`)
  const header = parseHeader(bytes.subarray(lengthBytes, start))
  const entries = Object.entries(header).filter(([name]) => name !== '__metadata__')
  const places = entries.map(([name, entry]) => placeOf(name, entry))
  checkOffsets(places, bytes.length - start)
  const tensors = new Map<string, SavedTensor>()
  for (const { name, shape, dtype, begin } of places) {
    tensors.set(name, { shape, values: readValues(view, dtype, start + begin, sizeOf(shape)) })
  }
  return { tensors, metadata: metadataOf(header) }
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw damaged('its header is not JSON', cause)
  }
  if (!isRecord(header)) throw damaged('its header is not a JSON object')
  return header
}

function metadataOf(header: Record<string, unknown>): Record<string, string> {
  const metadata = Object.hasOwn(header, '__metadata__') ? header.__metadata__ : {}
  if (!isRecord(metadata)) throw damaged('its metadata is not an object')
  const wrong = Object.keys(metadata).find((key) => typeof metadata[key] !== 'string')
  if (wrong !== undefined) throw damaged(`its metadata '${wrong}' is not text`)
  return metadata as Record<string, string>
}

interface Place {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

function placeOf(name: string, entry: unknown): Place {
  if (!isRecord(entry)) throw damaged(`'${name}' is not described by an object`)
  const { dtype, shape, data_offsets: offsets } = entry
  if (typeof dtype !== 'string' || !Object.hasOwn(widths, dtype)) {
    const hint = 'save it as F32 or F64; no other type is read'
    throw damaged(`'${name}' has the type ${typeof dtype === 'string' ? `'${dtype}'` : typeof dtype}`, undefined, hint)
  }
  if (!areCounts(shape)) throw damaged(`'${name}' has no proper shape`)
  if (!areCounts(offsets) || offsets.length !== 2) throw damaged(`'${name}' has no proper offsets`)
  const [begin, end] = offsets as [number, number]
  const size = sizeOf(shape) * widths[dtype as Dtype]
  if (end - begin !== size) {
    throw damaged(`'${name}' takes ${end - begin} bytes where [${shape.join(', ')}] of ${dtype} needs ${size}`)
  }
  return { name, dtype: dtype as Dtype, shape, begin, end }
}

/** The format leaves no byte unnamed and none named twice. */
function checkOffsets(places: readonly Place[], available: number): void {
  let end = 0
  for (const place of [...places].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (place.begin < end) throw damaged(`'${place.name}' overlaps the tensor before it`)
    if (place.begin > end) throw damaged(`${place.begin - end} bytes before '${place.name}' belong to no tensor`)
    end = place.end
  }
  if (end > available) throw damaged(`it is cut off: ${end} bytes of values announced, ${available} there`)
  if (end < available) throw damaged(`${available - end} bytes at its end belong to no tensor`)
}

function readValues(view: DataView, dtype: Dtype, start: number, count: number): Float32Array | Float64Array {
  const values = dtype === 'F32' ? new Float32Array(count) : new Float64Array(count)
  for (let i = 0; i < count; i++) {
    values[i] = dtype === 'F32' ? view.getFloat32(start + 4 * i, true) : view.getFloat64(start + 8 * i, true)
  }
  return values
}

const dtypeOf = (values: Float32Array | Float64Array): Dtype => (values.BYTES_PER_ELEMENT === 4 ? 'F32' : 'F64')
const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1)
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const areCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0)

function damaged(what: string, cause?: unknown, hint = 'save the model again, or fetch the file again'): HillockError {
  const found = what.length > longestMessage ? `${what.slice(0, longestMessage)} ...` : what
  return new HillockError('HILLOCK_DATA_DAMAGED', `not a sound safetensors file: ${found}`, { hint, cause })
}
