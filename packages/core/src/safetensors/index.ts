import { optionError, shapeError } from '../refusals.ts'
import { sizeOf } from '../shape.ts'
import { checksum, checksumIn, checksumKey, type Place } from './checksum.ts'
import { dtypes } from './dtypes.ts'
import { areCounts, damaged, longestHeader, readHeader, unsupported } from './header.ts'

/** An array with its shape; f64 where it is a Float64Array, f32 otherwise. */
export interface SavedTensor {
  /** Sizes of its axes; [] for one number. */
  readonly shape: readonly number[]
  /** Its values, row-major. */
  readonly values: Float32Array | Float64Array
}

/** What is in a safetensors file. */
export interface Safetensors {
  /** The tensors, by their names. */
  readonly tensors: ReadonlyMap<string, SavedTensor>
  /** Texts by their names, of the header's `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>
}

const lengthBytes = 8

/**
 * Packs tensors and metadata as a safetensors file (huggingface.co/docs/safetensors): the header's length in 8 bytes, the header in
 * JSON, padded with spaces to 8 bytes, then the values, little-endian and without gaps. The metadata gets a checksum of all that the file
 * says, as 'hillock.checksum'. Throws HILLOCK_SHAPE if a shape does not fit its values; HILLOCK_OPTION if values are in another array
 * than Float32Array and Float64Array, metadata is no text, a name is reserved, or names and metadata are too long to be read back.
 *
 * @example
 * ```ts
 * import { writeSafetensors } from '@hillock/core'
 *
 * writeSafetensors(new Map([['weight', { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) }]]), { made: 'by hand' })
 * ```
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, SavedTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  checkMetadata(metadata)
  if (kindOf(tensors) !== 'Map') {
    const hint = 'give a Map from names to { shape, values }, such as await session.snapshot()'
    throw optionError(`the tensors to write are ${kindOf(tensors)}`, hint)
  }
  let end = 0
  const places = [...tensors].map(([name, tensor]): Place => {
    const dtype = checkTensor(name, tensor)
    const begin = end
    end += tensor.values.byteLength
    return { name, dtype, shape: tensor.shape, begin, end }
  })
  const entries = places.map(({ name, dtype, shape, begin, end }) => [
    name,
    { dtype, shape, data_offsets: [begin, end] },
  ])
  const headerWith = (sum: string) => {
    const told = { ...metadata, [checksumKey]: sum }
    return new TextEncoder().encode(JSON.stringify(Object.fromEntries([['__metadata__', told], ...entries])))
  }
  // as long with any checksum
  const header = Math.ceil(headerWith(checksum({}, [], new Uint8Array())).length / 8) * 8
  if (header > longestHeader(end)) {
    const hint = `at most ${longestHeader(end)} are read with ${end} bytes of values`
    throw optionError(`names and metadata take ${header} bytes`, hint)
  }
  const bytes = new Uint8Array(lengthBytes + header + end).fill(0x20, lengthBytes, lengthBytes + header)
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
  bytes.set(headerWith(checksum(metadata, places, bytes.subarray(lengthBytes + header))), lengthBytes)
  return bytes
}

/**
 * Unpacks a safetensors file, of hillock or of another tool. Values become numbers that are exactly they: F16, BF16, F8_E5M2, F8_E4M3,
 * BOOL and whole numbers of 1 and 2 bytes a Float32Array, those of 4 and 8 bytes a Float64Array. Throws HILLOCK_DATA_DAMAGED if the file
 * breaks the format, or if it has a checksum ('hillock.checksum' in the metadata, which is not given back) that it does not fit;
 * HILLOCK_UNSUPPORTED if it is sound but has tensors of another type, whole numbers beyond 2^53, or a header of more than 1 MiB and a
 * sixteenth of its values.
 *
 * @example
 * ```ts
 * import { readSafetensors, writeSafetensors } from '@hillock/core'
 *
 * const bytes = writeSafetensors(new Map([['bias', { shape: [2], values: Float32Array.of(1, 2) }]]))
 * readSafetensors(bytes).tensors.get('bias')?.values // Float32Array [1, 2]
 * ```
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  if (!ArrayBuffer.isView(bytes)) {
    const hint = 'give its bytes: new Uint8Array(await response.arrayBuffer()), or await readFile(path)'
    throw optionError(`the file to read is ${kindOf(bytes)}`, hint)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < lengthBytes) throw damaged(`it has ${bytes.length} bytes, too few for a header`)
  const length = Number(view.getBigUint64(0, true))
  const start = lengthBytes + length
  if (start > bytes.length) throw damaged(`its header claims ${length} bytes, the file has ${bytes.length} in all`)
  const { metadata, places } = readHeader(bytes.subarray(lengthBytes, start), bytes.subarray(start))
  const tensors = new Map<string, SavedTensor>()
  for (const { name, dtype, shape, begin } of places) {
    const values = dtypes[dtype]!.read(view, start + begin, sizeOf(shape))
    if (values === undefined) throw unsupported(`'${name}' has a number beyond 2^53, which is not exact here`)
    tensors.set(name, { shape, values })
  }
  return { tensors, metadata }
}

/** By its name: an array of another realm has another constructor. */
const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1)

/** The type of a tensor that can be written. */
function checkTensor(name: string, { shape, values }: SavedTensor): 'F32' | 'F64' {
  if (name === '__metadata__') {
    throw optionError(`a tensor is named '${name}'`, 'the name is reserved')
  }
  const kind = kindOf(values)
  if (kind !== 'Float32Array' && kind !== 'Float64Array') {
    const hint = 'give its values as a Float32Array or a Float64Array'
    throw optionError(`the values of '${name}' are ${kind}`, hint)
  }
  if (!areCounts(shape) || sizeOf(shape) !== values.length) {
    const message = `'${name}' has ${values.length} values for the shape [${String(shape)}]`
    throw shapeError(message, 'the product of the shape is the number of values')
  }
  return kind === 'Float32Array' ? 'F32' : 'F64'
}

function checkMetadata(metadata: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== 'string') {
      const hint = 'metadata is text: String(value), or JSON.stringify(value)'
      throw optionError(`the metadata '${key}' is ${typeof value}`, hint)
    }
  }
  const taken = checksumIn(metadata as Readonly<Record<string, string>>)
  if (taken === undefined) return
  const hint = 'omit it: each file gets its own checksum'
  throw optionError(`the metadata '${taken[0]}' is a checksum`, hint)
}
