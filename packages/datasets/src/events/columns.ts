import { type Check, is } from '@hillock/core/options'
import { type ReadOptions, readOptions, type TimeUnit } from './event-list.ts'

/** Options of the readers of columns, `readCsv` and `readNpy`. */
export interface ColumnOptions extends ReadOptions {
  /** What columns hold, in their order: 'x', 'y', 't' and 'p', others under any name. Default: as the file names them, else t, x, y, p. */
  readonly columns?: readonly string[]
  /** Of the times. Default: 'us'. */
  readonly unit?: TimeUnit
}

export const columnOptions: Readonly<Record<keyof ColumnOptions, Check>> = {
  ...readOptions,
  columns: is.names,
  unit: is.oneOf('s', 'ms', 'us'),
}

const names: Readonly<Record<string, 'x' | 'y' | 't' | 'p'>> = {
  x: 'x',
  y: 'y',
  t: 't',
  ts: 't',
  time: 't',
  timestamp: 't',
  p: 'p',
  pol: 'p',
  polarity: 'p',
  on: 'p',
}

/** Which of the four each column is, by its name. */
export const meaningOf = (column: string): 'x' | 'y' | 't' | 'p' | undefined => names[column.trim().toLowerCase()]

export interface Columns {
  readonly x: number
  readonly t: number
  readonly y?: number
  readonly p?: number
}

/** Where x, y, t and p stand; undefined where x or t is missing. Without y there is one row, without p all are on. */
export function columnsOf(given: readonly string[]): Columns | undefined {
  const at = (name: string) => {
    const found = given.findIndex((column) => meaningOf(column) === name)
    return found < 0 ? undefined : found
  }
  const [x, y, t, p] = ['x', 'y', 't', 'p'].map(at)
  if (x === undefined || t === undefined) return undefined
  return { x, t, ...(y !== undefined && { y }), ...(p !== undefined && { p }) }
}

/** What a row of numbers says that is no event; undefined where it is one. */
export function strange(x: number, y: number, p: number, t: number): string | undefined {
  const isPlace = (value: number) => Number.isInteger(value) && value >= 0 && value < 65536
  if (!isPlace(x) || !isPlace(y)) return `at (${x}, ${y})`
  if (p !== 0 && p !== 1 && p !== -1) return `with polarity ${p}`
  return Number.isFinite(t) ? undefined : `at time ${t}`
}
