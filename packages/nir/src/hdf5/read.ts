/// <reference path="./jsfive.d.ts" />

import { HillockError } from '@hillock/core'
import { sizeOf } from '@hillock/core/options'
import { type Dataset, File, Group } from 'jsfive'
import type { Data, Tree } from './tree.ts'

/** Groups within groups, and arrays and groups in all: more than any network has. */
const [deepest, most] = [64, 100_000]

/**
 * Unpacks an HDF5 file: numbers become f32 where they are, else f64; text keeps no padding. Throws HILLOCK_OPTION if the file is not given as bytes,
 * HILLOCK_DATA_DAMAGED if it is not valid HDF5, HILLOCK_UNSUPPORTED if it has values of other types.
 */
export function readHdf5(given: Uint8Array): Tree {
  if (!ArrayBuffer.isView(given)) {
    const hint = 'give its bytes: new Uint8Array(await response.arrayBuffer()), or await readFile(path)'
    throw new HillockError('HILLOCK_OPTION', 'the file to read is not bytes', { hint })
  }
  const copy = new Uint8Array(given.byteLength)
  copy.set(new Uint8Array(given.buffer, given.byteOffset, given.byteLength))
  try {
    return treeOf(new File(copy.buffer, ''), { room: room(copy.length), left: most }, [])
  } catch (cause) {
    if (cause instanceof HillockError) throw cause
    throw damaged(`it breaks off, or its tables lead astray`, cause)
  }
}

/** How many numbers a file may hold: packed ones are up to a thousand times as many as its bytes, but no more than 2^28. */
const room = (length: number): number => Math.min(2 ** 28, 1024 * length)

interface Limits {
  readonly room: number
  left: number
}

function treeOf(group: Group, limits: Limits, path: readonly string[]): Tree {
  if (path.length > deepest) throw damaged(`groups lie ${deepest} deep in each other`)
  return new Map(
    group.keys.map((name) => {
      if (limits.left-- === 0) throw damaged(`it has more than ${most} parts`)
      const [one, own] = [group.get(name), [...path, name]]
      return [name, one instanceof Group ? treeOf(one, limits, own) : dataOf(one, limits, own)]
    }),
  )
}

function dataOf(dataset: Dataset, limits: Limits, path: readonly string[]): Data {
  const { dtype, chunks } = dataset
  const shape = [...dataset.shape]
  const count = sizeOf(shape)
  for (const size of [count, sizeOf(chunks ?? [])])
    if (!(size <= limits.room)) throw damaged(`'${path.join('/')}' claims ${size} values`)
  const read = [count === 0 ? [] : dataset.value].flat() as unknown[]
  if (read.length !== count) throw damaged(`'${path.join('/')}' has ${read.length} values for the shape [${shape}]`)
  const kind = typeof dtype === 'string' ? dtype : String(dtype[0])
  if (kind === 'VLEN_STRING' || /^S\d+$/.test(kind)) return { shape, values: read.map(text) }
  if (/^[<>]f4$/.test(kind)) return { shape, values: Float32Array.from(read, Number) }
  if (/^[<>|]?[fiub][1248]$/i.test(kind)) return { shape, values: Float64Array.from(read, Number) }
  throw new HillockError('HILLOCK_UNSUPPORTED', `'${path.join('/')}' of the file has values of the type ${kind}`, {
    hint: 'numbers and text are read',
  })
}

const text = (value: unknown): string => String(value).replace(/\0+$/, '')

const damaged = (found: string, cause?: unknown): HillockError =>
  new HillockError('HILLOCK_DATA_DAMAGED', `the file is not valid HDF5: ${found}`, {
    hint: 'write it again, or fetch it again',
    cause,
  })
