import { adam, firingRate } from '@hillock/core'
import { type Argument, type Kind, made, type Options, other } from '../../src/wrong-values.ts'

/** A function that makes something of what it is given. */
export interface Factory {
  readonly takes: readonly Argument[]
  /** How many arguments must be given. Default: none. */
  readonly needs?: number
  /** Called in place of the export itself. */
  readonly call?: (...args: never[]) => unknown
}

/** Of options alone, all of which may be left out. */
export const optional = (options: Options['options']): Factory => ({ takes: [{ options }] })

export const share = { from: 0, to: 1 }
export const seeds = { from: 0, to: 2 ** 32 - 1 }
export const optimizer: Kind = made(adam(), adam, 'adam')
export const regularize: Kind = made(firingRate(), firingRate, 'firingRate')

export const list = (value: unknown): boolean => Array.isArray(value) || ArrayBuffer.isView(value)
export const nothing = (): boolean => false

/** An object without members, or what looks like one. */
export const empty = (value: unknown): boolean =>
  Object.prototype.toString.call(value) === '[object Object]' && Object.keys(value as object).length === 0

/** A list of numbers; `accepted` are others of the same kind that will do. */
export const numbers = (
  right: readonly number[],
  wrong: readonly unknown[] = [],
  accepted: (value: unknown) => boolean = nothing,
): Kind => ({
  right,
  wrong: [
    ...other(right, accepted).wrong,
    [...right.slice(1), Number.NaN],
    [...right.slice(1), 'a'],
    [...right.slice(1), null],
    ...wrong,
  ],
})
