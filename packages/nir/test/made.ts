import type { Data, Tree } from '../src/hdf5/tree.ts'
import { writeHdf5 } from '../src/hdf5/write.ts'

type Values = number | string | readonly number[] | Data
export type Nodes = Readonly<Record<string, Readonly<Record<string, Values>> | { readonly graph: Graph }>>
export interface Graph {
  readonly nodes: Nodes
  readonly edges: readonly (readonly [string, string])[]
}

const isWhole = (field: string) =>
  /^(shape|stride|padding|dilation|groups|kernel_size|start_dim|end_dim|input_\w+)$/.test(field)

function dataOf(field: string, value: Values): Data {
  if (typeof value === 'string') return { shape: [], values: [value] }
  if (typeof value === 'object' && 'shape' in value) return value
  const list = [value].flat() as number[]
  const shape = typeof value === 'number' ? [] : [list.length]
  return { shape, values: isWhole(field) ? BigInt64Array.from(list, BigInt) : Float64Array.from(list) }
}

/** [out, in] of one value, or as given. */
export const matrix = (rows: number, columns: number, values?: readonly number[]): Data => ({
  shape: [rows, columns],
  values: Float32Array.from(values ?? new Array<number>(rows * columns).fill(1)),
})

function treeOf({ nodes, edges }: Graph): Tree {
  const parts = Object.entries(nodes).map(([name, node]): [string, Tree] => {
    if ('graph' in node) return [name, treeOf(node.graph as Graph)]
    return [
      name,
      new Map(Object.entries(node as Record<string, Values>).map(([field, value]) => [field, dataOf(field, value)])),
    ]
  })
  return new Map<string, Data | Tree>([
    ['type', { shape: [], values: ['NIRGraph'] }],
    ['edges', { shape: [edges.length, 2], values: edges.flat() }],
    ['nodes', new Map(parts)],
  ])
}

/** A .nir file of a graph. */
export const nir = (graph: Graph): Uint8Array => writeHdf5(new Map([['node', treeOf(graph)]]))

export const chain = (...names: readonly string[]): (readonly [string, string])[] =>
  names.slice(1).map((name, i) => [names[i]!, name] as const)

export const lif = { type: 'LIF', tau: 0.01, r: 1, v_leak: 0, v_threshold: 1, v_reset: 0 }
export const ports = (inputs: number | readonly number[], outputs = 1) => ({
  input: { type: 'Input', shape: [inputs].flat() },
  output: { type: 'Output', shape: [outputs] },
})
