import { choices } from '@hillock/core/errors'
import { InvalidArgumentError, type Option } from 'commander'

// What options take: each reads a text or refuses it, as commander has it.

export const whole = (least: number, most = Number.MAX_SAFE_INTEGER) => {
  return (text: string): number => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    throw new InvalidArgumentError(`Give a whole number from ${least}${most < 2 ** 53 - 1 ? ` to ${most}` : ''}.`)
  }
}

export const oneOf = (names: readonly string[]) => (text: string) => {
  if (names.includes(text)) return text
  throw new InvalidArgumentError(`\n${choices(text, names)}`)
}

export const collect = (value: string, before: readonly string[] = []) => [...before, value]

export const list = (value: string, before: readonly string[] = []) => {
  const names = value.split(',').map((name) => name.trim())
  if (names.includes('')) throw new InvalidArgumentError('Give names separated by single commas.')
  return [...before, ...names]
}

export const numbers = (value: string) =>
  value.split(',').map((text) => {
    if (/^\d{1,9}$/.test(text)) return Number(text)
    throw new InvalidArgumentError(`'${text}' is not a whole number from 0.`)
  })

export const counts = (value: string) => {
  const all = numbers(value)
  if (all.every((count) => count > 0)) return all
  throw new InvalidArgumentError('Give whole numbers from 1.')
}

/** 0..4 or 0,3,7: the seeds of a sweep. */
export const seeds = (value: string): number[] => {
  const [, first, last] = /^(\d{1,9})\.\.(\d{1,9})$/.exec(value) ?? []
  if (first === undefined) return numbers(value)
  const count = Number(last) - Number(first) + 1
  if (count < 1 || count > 1000)
    throw new InvalidArgumentError('Give the lower number first, and at most 1000 numbers.')
  return Array.from({ length: count }, (_, i) => Number(first) + i)
}

export const shard = (value: string): [number, number] => {
  const [part, parts] = value.split('/').map(Number) as [number, number]
  if (/^\d{1,6}\/\d{1,6}$/.test(value) && part >= 1 && part <= parts) return [part, parts]
  throw new InvalidArgumentError('Give the part and the number of parts, such as 3/8.')
}

export const seconds = (text: string): number => {
  const value = Number(text)
  if (value > 0 && value < Infinity) return value
  throw new InvalidArgumentError('Give a number above 0.')
}

/** An option that is given an empty text, as by a variable of the shell that is not set, was not meant to be left out. */
export function refuseNothing(option: Option): void {
  const { parseArg, required } = option
  if (!required) return
  option.argParser((value: string, before: unknown) => {
    if (value.trim() === '') throw new InvalidArgumentError('It is empty.')
    return parseArg === undefined ? value : parseArg(value, before)
  })
}
