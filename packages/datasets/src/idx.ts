import { HillockError } from '@hillock/core'

/** The contents of an idx file of unsigned bytes: [count, rows, columns] for images, [count] for labels. */
export interface Idx {
  shape: readonly number[]
  /** Row-major, as many as the product of `shape`. */
  values: Uint8Array
}

const unsignedByte = 0x08
const mostDimensions = 4
const longestHeader = 4 + 4 * mostDimensions
const mostValues = 2 ** 31 - 1

/**
 * Reads an idx file, gzipped or not; the format is described at http://yann.lecun.com/exdb/mnist. Takes no more memory
 * than the file says it holds, and stops where it holds more. Throws HILLOCK_DATA_DAMAGED, naming the file `name`, for
 * one that is cut short, too long, of another type or not an idx file at all.
 */
export async function readIdx(bytes: Uint8Array<ArrayBuffer>, name = 'idx data'): Promise<Idx> {
  const gzipped = bytes[0] === 0x1f && bytes[1] === 0x8b
  const plain = gzipped ? await gunzip(bytes, name) : bytes
  const { shape, start, end } = readHeader(plain, name)
  if (plain.length !== end) throw damaged(name, `says it has ${end} bytes and has ${plain.length}`)
  return { shape, values: plain.subarray(start, end) }
}

/** An error about a file that cannot be used as it is. */
export function damaged(
  name: string,
  found: string,
  options: { hint?: string | undefined; cause?: unknown } = {},
): HillockError {
  const { hint = 'Get the file again from where it came from, or give another folder.', cause } = options
  return new HillockError('HILLOCK_DATA_DAMAGED', `${name} ${found}`, { hint, cause })
}

/** What the first bytes say: two zeros, the type, the number of dimensions, then each as a big-endian uint32. */
function readHeader(bytes: Uint8Array, name: string): { shape: number[]; start: number; end: number } {
  const [zero0, zero1, type, dimensions = 0] = bytes
  const start = 4 + 4 * dimensions
  if (bytes.length < 4) throw damaged(name, `is cut short: ${bytes.length} bytes are no idx file`)
  if (zero0 !== 0 || zero1 !== 0 || dimensions < 1 || dimensions > mostDimensions) {
    const magic = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ')
    throw damaged(name, `is not an idx file: it starts with ${magic}`)
  }
  if (type !== unsignedByte) throw damaged(name, `holds values of type 0x${type!.toString(16)}, not bytes (0x8)`)
  if (bytes.length < start) throw damaged(name, `is cut short: ${bytes.length} bytes, less than its header`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i))
  const values = shape.reduce((product, size) => product * size, 1)
  if (values < 1 || values > mostValues) throw damaged(name, `says it holds ${shape.join(' x ')} values`)
  return { shape, start, end: start + values }
}

/** The bytes that a gzipped idx file holds; refuses it as soon as there are more than its header says. */
async function gunzip(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')).getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  let end: number | undefined
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw damaged(name, 'is cut short or not valid gzip', { cause })
    })
    if (done) return join(chunks, length)
    chunks.push(value)
    length += value.length
    if (end === undefined && length >= longestHeader) end = readHeader(join(chunks, length), name).end
    if (end !== undefined && length > end) {
      await reader.cancel()
      throw damaged(name, `says it has ${end} bytes and has more`)
    }
  }
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}
