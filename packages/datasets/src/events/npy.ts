import { damaged } from '../damaged.ts'
import { type ColumnOptions, columnOptions, columnsOf, strange } from './columns.ts'
import { beginning, checkWhole, collect, given, latin, type Reader } from './event-list.ts'

type Get = (view: DataView, at: number, little: boolean) => number

const types: Readonly<Record<string, { readonly bytes: number; readonly get: Get }>> = {
  u1: { bytes: 1, get: (view, at) => view.getUint8(at) },
  b1: { bytes: 1, get: (view, at) => view.getUint8(at) },
  i1: { bytes: 1, get: (view, at) => view.getInt8(at) },
  u2: { bytes: 2, get: (view, at, little) => view.getUint16(at, little) },
  i2: { bytes: 2, get: (view, at, little) => view.getInt16(at, little) },
  u4: { bytes: 4, get: (view, at, little) => view.getUint32(at, little) },
  i4: { bytes: 4, get: (view, at, little) => view.getInt32(at, little) },
  u8: { bytes: 8, get: (view, at, little) => Number(view.getBigUint64(at, little)) },
  i8: { bytes: 8, get: (view, at, little) => Number(view.getBigInt64(at, little)) },
  f4: { bytes: 4, get: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, get: (view, at, little) => view.getFloat64(at, little) },
}

/**
 * Reads events of a NumPy array (`.npy`, versions 1 to 3): a structured array [events] whose fields name the columns, as Tonic writes, or an array of numbers
 * [events, columns], of `columns` or t, x, y, p. Values of any plain type. Without p all are on, without y all are in one row.
 */
export const readNpy: Reader<ColumnOptions> = (bytes, options = {}) => {
  const { view, name } = given('readNpy', bytes, options, { format: 'NPY file', known: columnOptions })
  const { text, start } = headerOf(view, name)
  const { fields, count } = describe(text, name, options.columns)
  const columns = columnsOf(fields.map(({ column }) => column))
  if (columns === undefined)
    throw damaged(name, `has no columns x and t: ${fields.map(({ column }) => column).join(', ')}`)
  const size = fields.reduce((sum, { bytes }) => sum + bytes, 0)
  const offsets = fields.map((_, i) => fields.slice(0, i).reduce((sum, { bytes }) => sum + bytes, 0))
  checkWhole(name, view, start, size * count)
  if (view.byteLength > start + size * count)
    throw damaged(name, `has ${view.byteLength - start - size * count} bytes more than it says`)
  const events = collect(name, count)
  for (let i = 0; i < count; i++) {
    const value = (column: number | undefined, absent: number) =>
      column === undefined
        ? absent
        : fields[column]!.get(view, start + i * size + offsets[column]!, fields[column]!.little)
    const [x, y, p, t] = [value(columns.x, 0), value(columns.y, 0), value(columns.p, 1), value(columns.t, 0)]
    const found = strange(x, y, p, t)
    if (found !== undefined) throw damaged(name, `has event ${i} ${found}`)
    events.add(x, y, Number(p > 0), t)
  }
  const { width, height, unit = 'us' } = options
  return events.list({ width, height }, { unit })
}

/** The dictionary at the beginning, a text of Python, and where values begin. */
function headerOf(view: DataView, name: string): { readonly text: string; readonly start: number } {
  if (latin(view, 0, 6) !== '\x93NUMPY') throw damaged(name, `is not an NPY file: it starts with ${beginning(view)}`)
  checkWhole(name, view, 6, 6)
  const version = view.getUint8(6)
  if (version < 1 || version > 3)
    throw damaged(name, `is of version ${version} of NPY`, { hint: 'Versions 1 to 3 are known.' })
  const [length, from] = version === 1 ? [view.getUint16(8, true), 10] : [view.getUint32(8, true), 12]
  checkWhole(name, view, from, length)
  return { text: latin(view, from, from + length), start: from + length }
}

interface Field {
  readonly column: string
  readonly bytes: number
  readonly little: boolean
  readonly get: Get
}

/** The columns, and how many events there are. */
function describe(text: string, name: string, given: readonly string[] = ['t', 'x', 'y', 'p']) {
  const shape = /'shape':\s*\(([\d,\s]*)\)/
    .exec(text)?.[1]
    ?.split(',')
    .filter((size) => size.trim() !== '')
    .map(Number)
  const bad = (found: string) => damaged(name, `${found}: ${text.trim().slice(0, 200)}`)
  if (shape === undefined) throw bad('has a header without a shape')
  if (/'fortran_order':\s*True/.test(text)) throw bad('holds columns one after another')
  const field = (column: string, type: string): Field => {
    const [, order, kind] = /^([<>|=]?)([a-z]\d+)$/.exec(type) ?? []
    const known = types[kind ?? '']
    if (known === undefined) throw bad(`holds values of type '${type}'`)
    return { column, little: order !== '>', ...known }
  }
  const structured = /'descr':\s*\[(.*?)\]/.exec(text)?.[1]
  const [count = 0, width = 0] = shape
  if (structured !== undefined) {
    if (shape.length !== 1) throw bad('is not a list of events')
    const fields = [...structured.matchAll(/\(\s*'([^']*)',\s*'([^']*)'\s*\)/g)].map(([, column, type]) =>
      field(column!, type!),
    )
    return { fields, count }
  }
  const plain = /'descr':\s*'([^']*)'/.exec(text)?.[1]
  if (plain === undefined || shape.length !== 2 || width < 1 || width > 16) throw bad('is not a list of events')
  return { fields: Array.from({ length: width }, (_, i) => field(given[i] ?? '', plain)), count }
}
