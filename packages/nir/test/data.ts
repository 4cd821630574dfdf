import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Need } from '@hillock/testing'

const folder = process.env.HILLOCK_DATA ?? ''
const found = existsSync(`${folder}/nir/cnn_sinabs.nir`)

/** The files of the NIR paper, and N-MNIST samples. */
export const data: Need = { found, missing: 'no NIR files in HILLOCK_DATA/nir', optional: true }

export const bytesOf = (path: string): Uint8Array => readFileSync(`${folder}/${path}`)
export const textOf = (path: string): string => readFileSync(`${folder}/${path}`, 'utf8')

/** Files of a .tar.gz, by their names. */
export function unpacked(path: string): ReadonlyMap<string, Uint8Array> {
  const tar = gunzipSync(bytesOf(path))
  const text = (at: number, length: number) =>
    tar
      .subarray(at, at + length)
      .toString('latin1')
      .replace(/\0.*$/s, '')
  const files = new Map<string, Uint8Array>()
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12), 8)
    files.set(text(at, 100).split('/').at(-1)!, tar.subarray(at + 512, at + 512 + size))
    at += 512 + 512 * Math.ceil(size / 512)
  }
  return files
}
