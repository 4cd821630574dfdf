import { HillockError } from '@hillock/core'
import { checkOptions, checkValue, is } from '@hillock/core/options'
import { damaged } from '../damaged.ts'

/** What an event camera, a cochlea or a chip recorded: event i happened at `t[i]`, at (`x[i]`, `y[i]`). In the order of the file. */
export interface EventList {
  /** Columns, or neurons of one dimension, from 0. */
  readonly x: Uint16Array
  /** Rows, from 0; all 0 in one dimension. */
  readonly y: Uint16Array
  /** Times, in `unit`. */
  readonly t: Float64Array
  /** 1 where it became brighter (on), else 0. */
  readonly polarity: Uint8Array
  /** Width of the sensor in pixels. */
  readonly width: number
  /** Height of the sensor in pixels. */
  readonly height: number
  /** Unit of the times. */
  readonly unit: TimeUnit
  /** What the file holds beside these events, by name, and how many of it. Empty if nothing was left out. */
  readonly skipped: Readonly<Record<string, number>>
  /** Lines of text at the beginning of the file, without their # or %. */
  readonly header: readonly string[]
}

/** Unit of the times of events. */
export type TimeUnit = 's' | 'ms' | 'us'

/** How many units of time are a second. */
export const perSecond: Readonly<Record<TimeUnit, number>> = { s: 1, ms: 1e3, us: 1e6 }

/** Options that the readers of recordings share. */
export interface ReadOptions {
  /** The name of the file in errors. Default: the name of the format. */
  readonly name?: string
  /** Columns of the sensor; an event beyond is refused. Default: from the file or its format, else as many as its events need. */
  readonly width?: number
  /** Rows of the sensor, as `width`. */
  readonly height?: number
}

const side = is.whole(1, 65536)
export const readOptions = { name: is.text, width: side, height: side }

/** Reads the bytes of a file. Throws HILLOCK_DATA_DAMAGED, naming the file, if it is cut short or of another format. */
export type Reader<O = ReadOptions> = (bytes: Uint8Array, options?: O) => EventList

/** The bytes of a file, and what it is called. Throws HILLOCK_OPTION if an option is wrong. */
export function given<O extends ReadOptions>(
  reader: string,
  bytes: Uint8Array,
  options: O,
  {
    format,
    known = readOptions as never,
  }: { readonly format: string; readonly known?: Parameters<typeof checkOptions<O>>[2] },
): { readonly view: DataView; readonly name: string } {
  const hint = 'give the bytes of a file: new Uint8Array(await response.arrayBuffer())'
  checkValue(reader, 'bytes', bytes, (value) => (value instanceof Uint8Array || isBytes(value) ? undefined : hint))
  checkOptions(reader, options, known)
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), name: options.name ?? `the ${format}` }
}

const isBytes = (value: unknown) => Object.prototype.toString.call(value) === '[object Uint8Array]'

/** Throws HILLOCK_DATA_DAMAGED unless `count` bytes are there from `at` on. */
export function checkWhole(name: string, bytes: { readonly byteLength: number }, at: number, count: number): void {
  if (at + count <= bytes.byteLength) return
  throw damaged(
    name,
    `is cut short: it has ${bytes.byteLength} bytes, and ${at + count} are the least that it must have`,
  )
}

/** How many records of one size there are from `start` on. Throws HILLOCK_DATA_DAMAGED if the last is not whole. */
export function recordsOf(name: string, { byteLength }: DataView, size: number, start = 0): number {
  const over = (byteLength - start) % size
  if (over === 0) return (byteLength - start) / size
  throw damaged(name, `is cut short, or of another format: ${over} bytes are left after events of ${size} bytes each`)
}

/** Takes events one by one. */
export interface Collected {
  readonly count: number
  add(x: number, y: number, polarity: number, t: number): void
  skip(what: string, count?: number): void
  /** The list. Throws HILLOCK_DATA_DAMAGED if an event is outside of the sensor. */
  list(
    size: { readonly width?: number | undefined; readonly height?: number | undefined },
    more?: Partial<EventList>,
  ): EventList
}

/** A list that grows; `capacity` is how many events there are at most, where that is known. */
export function collect(name: string, capacity = 1024): Collected {
  let x = new Uint16Array(capacity)
  let y = new Uint16Array(capacity)
  let t = new Float64Array(capacity)
  let polarity = new Uint8Array(capacity)
  let [count, right, bottom] = [0, 0, 0]
  const skipped: Record<string, number> = {}
  const grow = () => {
    const size = Math.max(1024, 2 * count)
    x = copied(x, new Uint16Array(size))
    y = copied(y, new Uint16Array(size))
    t = copied(t, new Float64Array(size))
    polarity = copied(polarity, new Uint8Array(size))
  }
  return {
    get count() {
      return count
    },
    add(column, row, sign, time) {
      if (count === x.length) grow()
      x[count] = column
      y[count] = row
      t[count] = time
      polarity[count] = sign
      count++
      if (column > right) right = column
      if (row > bottom) bottom = row
    },
    skip(what, more = 1) {
      if (more > 0) skipped[what] = (skipped[what] ?? 0) + more
    },
    list({ width = right + 1, height = bottom + 1 }, more) {
      if (right >= width || bottom >= height) {
        const at = x.findIndex((column, i) => i < count && (column >= width || y[i]! >= height))
        const found = `has event ${at} at (${x[at]}, ${y[at]}), outside of ${width} x ${height}`
        throw damaged(name, found, { hint: 'Give its width and height, or look whether it is of this format.' })
      }
      const own = {
        x: x.slice(0, count),
        y: y.slice(0, count),
        t: t.slice(0, count),
        polarity: polarity.slice(0, count),
      }
      return { ...own, width, height, unit: 'us', skipped, header: [], ...more }
    },
  }
}

function copied<A extends { set(from: A): void }>(from: A, to: A): A {
  to.set(from)
  return to
}

/** Lines at the beginning of a file that start with `mark`, without it; and where the rest begins. Lines end with \n or \r\n. */
export function textHeader(bytes: DataView, mark: string): { readonly header: string[]; readonly start: number } {
  const header: string[] = []
  const sign = mark.charCodeAt(0)
  let at = 0
  while (at < bytes.byteLength && bytes.getUint8(at) === sign) {
    let end = at
    while (end < bytes.byteLength && bytes.getUint8(end) !== 10) end++
    if (end === bytes.byteLength) break
    header.push(latin(bytes, at + 1, end).trim())
    at = end + 1
  }
  return { header, start: at }
}

/** Bytes as characters. */
export function latin(bytes: DataView, from: number, to: number): string {
  let text = ''
  for (let at = from; at < Math.min(to, bytes.byteLength); at++) text += String.fromCharCode(bytes.getUint8(at))
  return text
}

/** The beginning of a file, as an error shows it. */
export const beginning = (bytes: DataView): string =>
  Array.from({ length: Math.min(8, bytes.byteLength) }, (_, i) => bytes.getUint8(i).toString(16).padStart(2, '0')).join(
    ' ',
  ) || 'nothing'

/** What is read by none of the readers. */
export const unsupported = (name: string, found: string, hint: string) =>
  new HillockError('HILLOCK_UNSUPPORTED', `${name} ${found}`, { hint })
