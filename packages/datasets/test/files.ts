import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync, gzipSync, type ZlibOptions } from 'node:zlib'
import type { IdxSource } from '@hillock/datasets'

/** The header of an idx file, for values of a type. */
export const header = (type: number, shape: number[]): number[] => [
  0,
  0,
  type,
  shape.length,
  ...shape.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]),
]

/** An idx file of bytes: value i is i modulo `modulus`. */
export function idx(shape: number[], modulus = 256): Uint8Array<ArrayBuffer> {
  const count = shape.reduce((product, size) => product * size, 1)
  return Uint8Array.from([...header(8, shape), ...Array.from({ length: count }, (_, i) => i % modulus)])
}

export const gzip = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(gzipSync(bytes))

interface Extras {
  readonly text?: boolean
  readonly extra?: readonly number[]
  readonly name?: string
  readonly comment?: string
  readonly headerSum?: boolean
}

/** A member of a gzip file, with any extras in its header, packed as `options` of zlib say. */
export function member(plain: Uint8Array, extras: Extras = {}, options: ZlibOptions = {}): Uint8Array<ArrayBuffer> {
  const { text = false, extra, name, comment, headerSum = false } = extras
  const set =
    Number(text) +
    2 * Number(headerSum) +
    (extra ? 4 : 0) +
    (name === undefined ? 0 : 8) +
    (comment === undefined ? 0 : 16)
  const start = Buffer.concat([
    Buffer.of(0x1f, 0x8b, 8, set, 1, 2, 3, 4, 2, 3),
    ...(extra ? [Buffer.of(extra.length & 255, extra.length >> 8), Buffer.from(extra)] : []),
    ...[name, comment].flatMap((words) => (words === undefined ? [] : [Buffer.from(`${words}\0`, 'latin1')])),
  ])
  const end = Buffer.alloc(8)
  end.writeUInt32LE(crc32(plain), 0)
  end.writeUInt32LE(plain.length, 4)
  const sum = Buffer.alloc(headerSum ? 2 : 0)
  if (headerSum) sum.writeUInt16LE(crc32(start) & 0xffff)
  return new Uint8Array(Buffer.concat([start, sum, deflateRawSync(plain, options), end]))
}

/** As gzip itself computes it: read from the end of a file that it made. */
const crc32 = (bytes: Uint8Array): number => gzipSync(bytes).readUInt32LE(gzipSync(bytes).length - 8)

/** Numbers of so many bits each, as deflate packs them: the lowest first. */
export function bitsOf(fields: readonly (readonly [value: number, bits: number])[]): Uint8Array {
  const bits = fields.flatMap(([value, count]) => Array.from({ length: count }, (_, i) => (value >> i) & 1))
  return Uint8Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) =>
    bits.slice(8 * i, 8 * i + 8).reduce((sum, bit, place) => sum | (bit << place), 0),
  )
}

export const concat = (...parts: Uint8Array[]): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.concat(parts))

/** Four small files under their usual names: 20 training images and 10 test images of 3x4. */
export function smallFiles(): Record<string, Uint8Array<ArrayBuffer>> {
  return {
    'train-images-idx3-ubyte.gz': gzip(idx([20, 3, 4])),
    'train-labels-idx1-ubyte.gz': gzip(idx([20], 10)),
    't10k-images-idx3-ubyte.gz': gzip(idx([10, 3, 4])),
    't10k-labels-idx1-ubyte.gz': gzip(idx([10], 10)),
  }
}

/** A source that serves those files from `mirror`. */
export function smallSource(mirror: string): IdxSource {
  const [trainImages, trainLabels, testImages, testLabels] = Object.entries(smallFiles()).map(([name, bytes]) => ({
    name,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }))
  return {
    name: 'small',
    classes: 10,
    mirror,
    counts: { train: 20, test: 10 },
    files: { trainImages: trainImages!, trainLabels: trainLabels!, testImages: testImages!, testLabels: testLabels! },
  }
}

const made: string[] = []

/** Removes what `folderOf` made. */
export async function removeFolders(): Promise<void> {
  for (const folder of made) await rm(folder, { recursive: true })
}

/** A new folder under the system's temporary one, holding `files`. */
export async function folderOf(files: Record<string, Uint8Array>, name = '.'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hillock-datasets-'))
  made.push(folder)
  await mkdir(join(folder, name), { recursive: true })
  for (const [file, bytes] of Object.entries(files)) await writeFile(join(folder, name, file), bytes)
  return folder
}
