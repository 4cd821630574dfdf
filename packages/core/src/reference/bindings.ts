import type { RandomKey, ReverseBindings, ScanBindings, Tensor } from '../backend.ts'
import type { Node } from '../equations/graph.ts'
import { isProduct } from '../equations/ops.ts'
import { boundLeaves, type Place, placeOf } from '../places.ts'
import type { Arrays } from './printed.ts'
import type { ArrayTensor } from './tensor.ts'

/** Gathers arguments under short identifiers of its own, so that no name of a definition stands in code, and remembers how each is laid out. */
export function binder() {
  const arrays: Arrays = {}
  const numbers: Record<string, number> = {}
  const layout: string[] = []
  const names = new Map<string, string>()
  return {
    arrays,
    numbers,
    layout,
    declarations: () =>
      [
        ...Object.keys(arrays).map((id) => `const ${id} = A.${id}`),
        ...Object.keys(numbers).map((id) => `const ${id} = S.${id}`),
      ].join('\n'),
    /** Binds a value; `indexing` names how it is read, or '' for a number. Returns its identifier. */
    bind(role: string, value: number | ArrayLike<number>, indexing: string): string {
      const id = `${/^\w*/.exec(role)![0]}${names.size}`
      names.set(role, id)
      layout.push(`${role}${indexing}`)
      if (typeof value === 'number') numbers[id] = value
      else arrays[id] = value as Arrays[string]
      return typeof value === 'number' ? id : `${id}${indexing}`
    },
  }
}

type Bind = ReturnType<typeof binder>['bind']

export const dataOf = (tensor: Tensor) => (tensor as ArrayTensor).data
export const boundValue = (value: number | Tensor) => (typeof value === 'number' ? Math.fround(value) : dataOf(value))

/** How a value is read: `i` counts [T, B, N], `r` [B, N], `n` neurons, `t` time. */
const indexing: Readonly<Record<Place, string>> = {
  number: '',
  neuron: '[n]',
  row: '[r + n]',
  still: '[r + n]',
  moving: '[i + n]',
  bits: '[i + n]',
  clock: '[t]',
  timetable: '[t * N + n]',
}

/** How an array of a scan is read, if it does not hold time-varying values. */
export const indexOf = (tensor: Tensor, steps: number): string => indexing[placeOf(tensor, steps)]

/** Where leaves are read that scans of both directions share, by 'op name'. */
export function bindLeaves(bind: Bind, b: ScanBindings | ReverseBindings): Map<string, string> {
  const leaves = boundLeaves(b).map(({ op, name, value, place }) => {
    const leaf = `${op} ${name}`
    return [leaf, bind(leaf, boundValue(value), indexing[place])] as const
  })
  const matrices = Object.entries(b.matrices ?? {}).map(([name, matrix]) => {
    const leaf = `matrix ${name}`
    return [leaf, bind(leaf, dataOf(matrix), '')] as const
  })
  return new Map([...leaves, ...matrices])
}

/** How a kernel names a random number: all arguments but time, and time `t` as the key counts it. */
export interface BoundRandom {
  readonly at: (place: string) => string
  readonly time: string
}

/** The key's numbers are given to the kernel, so that one serves every step. */
export function bindRandom(bind: Bind, key: RandomKey | undefined): BoundRandom {
  if (key === undefined) return { at: () => 'NaN', time: 't' }
  const parts = ['seed', 'stream', 'step', 'place', 'from', 'sample'] as const
  const [seed, stream, step, first, from, sample] = parts.map((part) => bind(part, key[part] ?? 0, ''))
  return { at: (place) => `${seed}, ${stream}, ${first} + ${place}, ${step}, ${sample} + b, n`, time: `(t + ${from})` }
}

/** A state before the first step, spread over [B, N]: in an array of its own, or in that of the state after the last step. */
export function initialState(value: number | Tensor, batch: number, size: number, final?: Tensor) {
  const state = final === undefined ? new Float32Array(batch * size) : dataOf(final)
  if (typeof value === 'number') return state.fill(value)
  const values = dataOf(value)
  for (let at = 0; at < state.length; at += values.length) state.set(values, at)
  return state
}

export function reader(read: ReadonlyMap<string, string>, random: BoundRandom): (node: Node) => string {
  return (node) =>
    node.op === 'uniform'
      ? `uniform(${random.at(node.name as string)}, ${random.time})`
      : (read.get(`${isProduct(node.op) ? 'matrix' : node.op} ${node.name}`) ?? '0')
}
