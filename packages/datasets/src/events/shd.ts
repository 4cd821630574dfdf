/// <reference path="./jsfive.d.ts" />

import { HillockError } from '@hillock/core'
import type { File, Dataset as Stored } from 'jsfive'
import { damaged } from '../damaged.ts'
import { beginning, checkWhole, type EventList, given, latin, type ReadOptions } from './event-list.ts'

/** Spoken recordings in one file: spikes of 700 channels of an inner ear. */
export interface SpokenRecordings {
  /** How many recordings there are. */
  readonly count: number
  /** [count], from 0. */
  readonly labels: readonly number[]
  /** [count]: the speaker; empty if the file does not say. */
  readonly speakers: readonly number[]
  /** Meaning of each label; empty if the file does not say. */
  readonly keys: readonly string[]
  /** One of them, in seconds, all on, in one row. Throws HILLOCK_DATA_DAMAGED, naming the file. */
  recording(row: number): EventList
}

const channels = 700

/**
 * Reads a file of the Spiking Heidelberg Digits or Speech Commands (HDF5; Cramer et al. 2022): `spikes/times` of half precision, in seconds, widened before anything
 * else is done with them, `spikes/units`, `labels`, `extra/speaker`, `extra/keys`. Half precision tells times above 1 s apart by 1 ms, below by 0.5
 * ms or less, so shorter steps add nothing. The file stays in memory; a recording is unpacked when it is asked for. Needs the package
 * `jsfive`. Throws HILLOCK_DATA_DAMAGED, naming the file, if it is cut short or another one, HILLOCK_UNSUPPORTED without jsfive.
 */
export async function readShd(bytes: Uint8Array, options: Pick<ReadOptions, 'name'> = {}): Promise<SpokenRecordings> {
  const known = { name: (value: unknown) => (typeof value === 'string' ? undefined : 'give a text') }
  const { view, name } = given('readShd', bytes, options, { format: 'SHD file', known })
  checkEnd(view, name)
  const { File } = await import('jsfive').catch((cause: unknown) => {
    const hint = 'Install it: npm install jsfive.'
    throw new HillockError('HILLOCK_UNSUPPORTED', 'reading HDF5 needs the package jsfive', { hint, cause })
  })
  const whole = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
  const file = reading(name, () => new File(whole, name))
  const labels = numbersOf(file, 'labels', name)
  const [times, units] = ['spikes/times', 'spikes/units'].map((path) => itemsOf(file, path, name, view))
  if (labels === undefined || times === undefined || units === undefined)
    throw damaged(name, 'is not a file of spoken digits: it lacks labels, spikes/times or spikes/units')
  const count = labels.length
  if (times.length !== count || units.length !== count)
    throw damaged(name, `has ${count} labels, times of ${times.length} recordings and units of ${units.length}`)
  const speakers = numbersOf(file, 'extra/speaker', name) ?? []
  if (speakers.length > 0 && speakers.length !== count)
    throw damaged(name, `names ${speakers.length} speakers of ${count} recordings`)
  const keys = reading(name, () => valuesOf(file, 'extra/keys').map((key) => String(key).replaceAll('\0', '')))
  return {
    count,
    labels,
    speakers,
    keys,
    recording(row) {
      const [own, places] = [times[row], units[row]]
      if (own === undefined || places === undefined) throw damaged(name, `has no recording ${row}`)
      const t = Float64Array.from(halves(heap(view, own, 2, name)))
      const x = words(heap(view, places, 2, name))
      if (t.length !== x.length) throw damaged(name, `has ${t.length} times and ${x.length} units in recording ${row}`)
      if (x.some((channel) => channel >= channels))
        throw damaged(name, `has a unit beyond ${channels - 1} in recording ${row}`)
      if (t.some((time) => !(time >= 0 && time < Number.POSITIVE_INFINITY)))
        throw damaged(name, `has a time that is not a number in recording ${row}`)
      const [y, polarity] = [new Uint16Array(x.length), new Uint8Array(x.length).fill(1)]
      return { x, y, t, polarity, width: channels, height: 1, unit: 's', skipped: {}, header: [] }
    },
  }
}

/** Throws HILLOCK_DATA_DAMAGED unless all bytes are there that the beginning (HDF5 file format 3.0, II.A) says there are. */
function checkEnd(view: DataView, name: string): void {
  if (latin(view, 0, 4) !== '\x89HDF') throw damaged(name, `is not an HDF5 file: it starts with ${beginning(view)}`)
  checkWhole(name, view, 0, 48)
  checkWhole(name, view, 0, Number(view.getBigUint64(view.getUint8(8) < 2 ? 40 : 28, true)))
}

/** jsfive throws errors, and texts. */
function reading<T>(name: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause)
    throw damaged(name, `is not a valid HDF5 file: ${found.slice(0, 200)}`, { cause })
  }
}

const stored = (file: File, path: string): Stored | undefined => {
  try {
    return file.get(path) as Stored | undefined
  } catch {
    return undefined
  }
}

/** The values of a list; none where there is no such list. */
const valuesOf = (file: File, path: string): readonly unknown[] =>
  (stored(file, path)?.value ?? []) as readonly unknown[]

function numbersOf(file: File, path: string, name: string): readonly number[] | undefined {
  const values = reading(name, () => stored(file, path) && valuesOf(file, path).map(Number))
  const bad = values?.find((value) => !Number.isSafeInteger(value) || value < 0)
  if (bad !== undefined) throw damaged(name, `holds ${bad} in ${path}`)
  return values
}

/** Where the values of an item lie: how many, in which collection, as which of its objects. */
type Item = readonly [length: number, address: number, object: number]

/** Items of variable length. jsfive gives them for chunks alone; in one piece they are 16 bytes each. */
function itemsOf(file: File, path: string, name: string, view: DataView): readonly Item[] | undefined {
  return reading(name, () => {
    const found = stored(file, path)
    if (found === undefined) return undefined
    const at = found._dataobjects.find_msg_type(8)[0]!.get('offset_to_message')
    if (view.getUint8(at) === 3 && view.getUint8(at + 1) === 1) {
      const address = Number(view.getBigUint64(at + 2, true))
      return Array.from({ length: found.shape[0] ?? 0 }, (_, i): Item => {
        const from = address + 16 * i
        return [view.getUint32(from, true), Number(view.getBigUint64(from + 4, true)), view.getUint32(from + 12, true)]
      })
    }
    return found.value as readonly Item[]
  })
}

/** The values of an item, `bytes` each, in a collection of the global heap (HDF5 file format 3.0, III.E). */
function heap(view: DataView, [length, address, object]: Item, bytes: number, name: string): DataView {
  const none = () => damaged(name, `has no object ${object} in the collection at ${address}`)
  if (length === 0) return new DataView(view.buffer, view.byteOffset, 0)
  return reading(name, () => {
    if (view.getUint32(address, true) !== 0x4c4f4347) throw none()
    const end = address + Number(view.getBigUint64(address + 8, true))
    for (let at = address + 16; at + 16 <= end; ) {
      const size = Number(view.getBigUint64(at + 8, true))
      const index = view.getUint16(at, true)
      if (index === 0) break
      if (index === object) {
        if (size < length * bytes) throw none()
        return new DataView(view.buffer, view.byteOffset + at + 16, length * bytes)
      }
      at += 16 + 8 * Math.ceil(size / 8)
    }
    throw none()
  })
}

const words = (view: DataView): Uint16Array =>
  Uint16Array.from({ length: view.byteLength / 2 }, (_, i) => view.getUint16(2 * i, true))

/** Numbers of half precision, widened. */
function halves(view: DataView): number[] {
  return Array.from(words(view), (word) => {
    const [sign, exponent, fraction] = [word >> 15 ? -1 : 1, (word >> 10) & 31, word & 1023]
    if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25))
  })
}
