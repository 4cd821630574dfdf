import { HillockError } from '@hillock/core'
import { type Check, checkValue, is, sizeOf } from '@hillock/core/options'
import { damaged } from './damaged.ts'
import { gunzip, isGzip } from './gzip.ts'

/** The contents of an idx file: [count, rows, columns] for images, [count] for labels. */
export interface Idx {
  /** Sizes of the axes. */
  readonly shape: readonly number[]
  /** Row-major, as many as the product of `shape`, in the array that holds the type of the file. */
  readonly values: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array
}

type Values = Idx['values']

/** The types of values, by the third byte of a file: how many bytes a value takes, and how so many are read from a place on. */
const types: Readonly<Record<number, { bytes: number; read(view: DataView, start: number, count: number): Values }>> = {
  8: { bytes: 1, read: (view, start, count) => new Uint8Array(view.buffer, view.byteOffset + start, count) },
  9: { bytes: 1, read: (view, start, count) => new Int8Array(view.buffer, view.byteOffset + start, count) },
  11: {
    bytes: 2,
    read: each(
      2,
      (count) => new Int16Array(count),
      (view, at) => view.getInt16(at),
    ),
  },
  12: {
    bytes: 4,
    read: each(
      4,
      (count) => new Int32Array(count),
      (view, at) => view.getInt32(at),
    ),
  },
  13: {
    bytes: 4,
    read: each(
      4,
      (count) => new Float32Array(count),
      (view, at) => view.getFloat32(at),
    ),
  },
  14: {
    bytes: 8,
    read: each(
      8,
      (count) => new Float64Array(count),
      (view, at) => view.getFloat64(at),
    ),
  },
}

const longestHeader = 4 + 4 * 255
const mostBytes = 2 ** 31 - 1
/** Deflated data hold at most so many times their length. */
const mostPacked = 1032

const isBytes: Check = (value) =>
  ArrayBuffer.isView(value) ? undefined : 'give the bytes of a file: new Uint8Array(await response.arrayBuffer())'

/**
 * Reads an idx file, gzipped or not, of any type and number of dimensions; the format is described at http://yann.lecun.com/exdb/mnist.
 * The same bytes give the same answer in Node.js and in browsers. Takes no more memory than the file says it holds, and stops where it
 * holds more. Throws HILLOCK_DATA_DAMAGED, naming the file `name`, if it is cut short, too long or not an idx file at all;
 * HILLOCK_UNSUPPORTED if it holds more than 2 GiB.
 */
export async function readIdx(bytes: Uint8Array, name = 'idx data'): Promise<Idx> {
  checkValue('readIdx', 'bytes', bytes, isBytes)
  checkValue('readIdx', 'name', name, is.text)
  const plain = isGzip(bytes) ? unpack(bytes, name) : bytes
  const { shape, type, start, end } = readHeader(plain, name)
  if (plain.length !== end) throw damaged(name, `says it has ${end} bytes and has ${plain.length}`)
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength)
  return { shape, values: types[type]!.read(view, start, valuesOf(shape)) }
}

/** What the first bytes say: two zeros, the type, the number of dimensions, then each as a big-endian uint32. */
function readHeader(bytes: Uint8Array, name: string): { shape: number[]; type: number; start: number; end: number } {
  const [zero0, zero1, type = 0, dimensions = 0] = bytes
  const start = 4 + 4 * dimensions
  if (bytes.length < 4) throw damaged(name, `is cut short: ${bytes.length} bytes are not an idx file`)
  if (zero0 !== 0 || zero1 !== 0 || dimensions < 1) {
    const magic = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ')
    throw damaged(name, `is not an idx file: it starts with ${magic}`)
  }
  if (!(type in types)) throw damaged(name, `holds values of type 0x${type.toString(16)}, which idx does not define`)
  if (bytes.length < start) throw damaged(name, `is cut short: ${bytes.length} bytes, less than its header`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i))
  return { shape, type, start, end: start + valuesOf(shape) * types[type]!.bytes }
}

/** The bytes that a gzipped idx file holds: first so many that its header is among them, then as many as that says. */
function unpack(bytes: Uint8Array, name: string): Uint8Array {
  const into = (output: Uint8Array) => {
    try {
      return gunzip(bytes, output)
    } catch (cause) {
      throw damaged(name, `is not valid gzip: ${(cause as Error).message}`, { cause })
    }
  }
  const head = new Uint8Array(longestHeader)
  const length = into(head)
  if (length !== undefined) return head.subarray(0, length)
  const { end } = readHeader(head, name)
  if (end > mostPacked * bytes.length) throw damaged(name, `says it has ${end} bytes and has less`)
  if (end > mostBytes) {
    const hint = 'Cut it into several files.'
    throw new HillockError('HILLOCK_UNSUPPORTED', `${name} holds ${end} bytes, more than 2 GiB`, { hint })
  }
  const whole = new Uint8Array(end)
  const found = into(whole)
  if (found === undefined) throw damaged(name, `says it has ${end} bytes and has more`)
  return whole.subarray(0, found)
}

const valuesOf = (shape: readonly number[]): number => (shape.includes(0) ? 0 : sizeOf(shape))

function each<V extends Values>(
  bytes: number,
  make: (count: number) => V,
  get: (view: DataView, at: number) => number,
) {
  return (view: DataView, start: number, count: number): V => {
    const values = make(count)
    for (let i = 0; i < count; i++) values[i] = get(view, start + bytes * i)
    return values
  }
}
