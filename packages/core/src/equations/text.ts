import { type ErrorCode, HillockError } from '../errors.ts'

/** Where a token or an expression stands in a program's text; lines and columns count from 1. */
export interface Place {
  readonly line: number
  readonly column: number
  readonly length: number
}

/** Throws an error that shows the line with a caret under the place. */
export function refuse(code: ErrorCode, message: string, text: string, place?: Place, hint?: string): never {
  if (place === undefined) throw new HillockError(code, message, { hint })
  const line = text.split('\n')[place.line - 1] ?? ''
  const gutter = `  ${place.line} | `
  const caret = ' '.repeat(gutter.length + place.column - 1) + '^'.repeat(Math.max(1, place.length))
  throw new HillockError(code, `${message} (line ${place.line}, column ${place.column})\n${gutter}${line}\n${caret}`, {
    hint,
  })
}
