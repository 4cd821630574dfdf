import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { IdxSource } from '@hillock/datasets'

/** An idx file of bytes: value i is i modulo `modulus`. */
export function idx(shape: number[], modulus = 256): Uint8Array<ArrayBuffer> {
  const count = shape.reduce((product, size) => product * size, 1)
  const header = [
    0,
    0,
    8,
    shape.length,
    ...shape.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]),
  ]
  return Uint8Array.from([...header, ...Array.from({ length: count }, (_, i) => i % modulus)])
}

export const gzip = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(gzipSync(bytes))

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
