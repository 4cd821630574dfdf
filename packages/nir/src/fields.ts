import { sizeOf } from '@hillock/core/options'
import { damaged } from './errors.ts'
import { type NirNode, textOf } from './graph.ts'
import type { Data } from './hdf5/tree.ts'

/** The fields of a node, each read at most once; what was not is told. */
export interface Fields {
  readonly name: string
  readonly type: string
  readonly has: (field: string) => boolean
  /** A list of numbers. Throws HILLOCK_DATA_DAMAGED if it is missing, or no numbers. */
  readonly numbers: (field: string) => Float32Array | Float64Array
  /** The same with its shape. */
  readonly array: (field: string) => { readonly shape: readonly number[]; readonly values: Float32Array | Float64Array }
  /** Whole numbers, one for each of `rank` axes, of which there may be one for all. */
  readonly wholes: (field: string, rank: number, usual?: number) => number[]
  readonly text: (field: string) => string | undefined
  /** Names of the fields that were not read. */
  readonly unread: () => string[]
}

export function fieldsOf(name: string, { type, fields }: NirNode): Fields {
  const asked = new Set<string>()
  const get = (field: string): Data => {
    asked.add(field)
    const found = fields.get(field)
    if (found === undefined) throw damaged(`the ${type} '${name}' lacks '${field}'`)
    return found
  }
  const array: Fields['array'] = (field) => {
    const { shape, values } = get(field)
    if (values instanceof Float32Array || values instanceof Float64Array) return { shape, values }
    throw damaged(`'${field}' of the ${type} '${name}' is not a list of numbers`)
  }
  const numbers = (field: string) => array(field).values
  return {
    name,
    type,
    array,
    numbers,
    has: (field) => fields.has(field),
    wholes(field, rank, usual) {
      if (usual !== undefined && !fields.has(field)) return new Array<number>(rank).fill(usual)
      const given = [...numbers(field)]
      const list = given.length === 1 ? new Array<number>(rank).fill(given[0]!) : given
      if (list.length === rank && list.every((n) => Number.isSafeInteger(n))) return list
      throw damaged(`'${field}' of the ${type} '${name}' is [${list.slice(0, 8)}], not ${rank} whole numbers`)
    },
    text(field) {
      const found = textOf(fields.get(field))
      if (found !== undefined) asked.add(field)
      return found
    },
    unread: () => [...fields.keys()].filter((field) => !asked.has(field)),
  }
}

/**
 * One number for each of a shape, which a smaller array is spread over as numpy does it: `[16, 1, 1]` over `[16, 8, 8]`. A single number stays
 * one. Throws HILLOCK_DATA_DAMAGED if it does not fit.
 */
export function spread(
  what: string,
  { shape, values }: ReturnType<Fields['array']>,
  to: readonly number[],
): number | Float64Array {
  if (values.length === 1) return values[0]!
  const size = sizeOf(to)
  if (values.length === size) return Float64Array.from(values)
  const own = [...new Array<number>(Math.max(0, to.length - shape.length)).fill(1), ...shape]
  if (own.length !== to.length || own.some((n, i) => n !== 1 && n !== to[i])) {
    throw damaged(`${what} has the shape [${shape}] for neurons of [${to}]`)
  }
  const spreadOut = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    let [at, rest, step] = [0, i, 1]
    for (let axis = to.length - 1; axis >= 0; axis--) {
      if (own[axis] !== 1) at += (rest % to[axis]!) * step
      rest = Math.floor(rest / to[axis]!)
      step *= own[axis]!
    }
    spreadOut[i] = values[at]!
  }
  return spreadOut
}
