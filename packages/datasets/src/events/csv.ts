import { damaged } from '../damaged.ts'
import { type ColumnOptions, columnOptions, columnsOf, meaningOf, strange } from './columns.ts'
import { collect, given, type Reader } from './event-list.ts'

/**
 * Reads events of a text, one in a line, its numbers apart by commas, semicolons, tabs or spaces. The first line may name the columns (x, y, t, p; also time,
 * timestamp, polarity and such). Lines that begin with # are the header. A polarity is 1 (on), 0 or -1 (off), or `true` or `false`; without such a
 * column all are on, without y all are in one row. Empty lines are passed over.
 */
export const readCsv: Reader<ColumnOptions> = (bytes, options = {}) => {
  const { name } = given('readCsv', bytes, options, { format: 'CSV file', known: columnOptions })
  const events = collect(name)
  const header: string[] = []
  let columns = options.columns && columnsOf(options.columns)
  if (options.columns && columns === undefined)
    throw damaged(name, `has no columns x and t: ${options.columns.join(', ')}`)
  let [number, first] = [0, true]
  for (const line of linesOf(bytes)) {
    number++
    const text = line.trim()
    if (text === '') continue
    if (text.startsWith('#')) {
      header.push(text.slice(1).trim())
      continue
    }
    const fields = text.split(/[,;\t]/.test(text) ? /[,;\t]/ : / +/)
    if (first) {
      first = false
      if (fields.some((field) => meaningOf(field) !== undefined)) {
        columns ??= columnsOf(fields)
        if (columns === undefined) throw damaged(name, `has no columns x and t: ${shown(text)}`)
        continue
      }
      columns ??= { t: 0, x: 1, y: 2, ...(fields.length > 3 && { p: 3 }) }
    }
    const at = columns!
    const value = (column: number | undefined, absent: number) =>
      column === undefined ? absent : numberOf(fields[column])
    const [x, y, p, t] = [value(at.x, 0), value(at.y, 0), value(at.p, 1), value(at.t, 0)]
    const found = strange(x, y, p, t)
    if (found !== undefined) throw damaged(name, `has no event in line ${number}, but one ${found}: ${shown(text)}`)
    events.add(x, y, Number(p > 0), t)
  }
  const { width, height, unit = 'us' } = options
  return events.list({ width, height }, { header, unit })
}

const words: Readonly<Record<string, number>> = { true: 1, false: 0, on: 1, off: 0 }
const numberOf = (field = ''): number => {
  const text = field.trim().toLowerCase()
  return text === '' ? Number.NaN : (words[text] ?? Number(text))
}
const shown = (line: string): string => JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}...` : line)

/** Line by line: a recording may be longer than a string can be. */
function* linesOf(bytes: Uint8Array): Generator<string> {
  const decoder = new TextDecoder()
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from)
    const to = end < 0 ? bytes.length : end
    yield decoder.decode(bytes.subarray(from, to))
    from = to + 1
  }
}
