import { dense, lif, sequential } from '@hillock/core'
import { parametersOf } from '@hillock/core/network'
import { readNir, writeNir } from '@hillock/nir'
import { expect, test } from '@jest/globals'
import * as h5wasm from 'h5wasm'
import { readHdf5 } from '../src/hdf5/read.ts'
import type { Data, Tree } from '../src/hdf5/tree.ts'
import { writeHdf5 } from '../src/hdf5/write.ts'

const tree: Tree = new Map<string, Data | Tree>([
  ['f32', { shape: [2, 3], values: Float32Array.of(0.1, -1, 2 ** -149, 3e38, 0, -0) }],
  ['f64', { shape: [], values: Float64Array.of(Math.PI) }],
  ['i64', { shape: [2], values: BigInt64Array.of(-1n, 2n ** 40n) }],
  ['texts', { shape: [2, 2], values: ['a', 'longer', 'ünïcode', ''] }],
  ['nothing', { shape: [0, 3], values: new Float32Array() }],
  [
    'group',
    new Map<string, Data | Tree>([
      ['within', new Map([['one', { shape: [], values: ['x'] }]])],
      ['empty', new Map()],
    ]),
  ],
  ...Array.from({ length: 300 }, (_, i): [string, Data] => [`${i}`, { shape: [], values: Float32Array.of(i) }]),
])

/** The same in the words of another reader, the HDF5 library itself. */
async function byLibrary(bytes: Uint8Array): Promise<unknown> {
  const { FS } = await h5wasm.ready
  FS.writeFile('file.h5', bytes)
  const file = new h5wasm.File('file.h5', 'r')
  const seen = (group: h5wasm.Group | h5wasm.File): unknown =>
    Object.fromEntries(
      group.keys().map((name) => {
        const one = group.get(name)
        if (one instanceof h5wasm.Group) return [name, seen(one)]
        const { shape, value } = one as h5wasm.Dataset
        const list = shape!.includes(0)
          ? []
          : ArrayBuffer.isView(value)
            ? Array.from(value as Float64Array, Number)
            : [value].flat(9)
        return [name, { shape, values: list.map((each) => (typeof each === 'string' ? each : Number(each))) }]
      }),
    )
  const found = seen(file)
  file.close()
  return found
}

const plain = (one: Tree): unknown =>
  Object.fromEntries(
    [...one].map(([name, part]) => [
      name,
      part instanceof Map
        ? plain(part)
        : {
            shape: (part as Data).shape,
            values: Array.from((part as Data).values as readonly unknown[], (value) =>
              typeof value === 'string' ? value : Number(value),
            ),
          },
    ]),
  )

test('what is written is read back, by this reader and by the HDF5 library', async () => {
  const bytes = writeHdf5(tree)
  expect(plain(readHdf5(bytes))).toEqual(plain(tree))
  expect(await byLibrary(bytes)).toEqual(plain(tree))
})

test('a .nir file is one to the HDF5 library, too', async () => {
  const net = sequential(3, [dense(2), lif({ reset: 'zero' })])
  const snapshot = new Map(
    net.layers.flatMap(parametersOf).map(({ name, shape, initial }) => [name, { shape, values: initial(1) }]),
  )
  const weight = [...snapshot.get('layer1.weight')!.values]
  const { bytes } = writeNir(net, snapshot, { dt: 1e-3, timeUnit: 's', method: 'euler' })
  const array = (...values: number[]) => ({ shape: [2], values: values.map((value) => expect.closeTo(value, 12)) })
  expect(await byLibrary(bytes)).toMatchObject({
    node: {
      type: { values: ['NIRGraph'] },
      edges: { shape: [3, 2], values: ['input', 'layer1.0', 'layer1.0', 'layer1', 'layer1', 'output'] },
      nodes: {
        input: { type: { values: ['Input'] }, shape: { values: [3] } },
        'layer1.0': {
          type: { values: ['Affine'] },
          weight: { shape: [2, 3], values: [0, 2, 4, 1, 3, 5].map((at) => weight[at]) },
        },
        layer1: {
          type: { values: ['LIF'] },
          tau: array(0.01, 0.01),
          r: array(10, 10),
          v_leak: array(0, 0),
          v_threshold: array(1, 1),
          v_reset: array(0, 0),
        },
        output: { type: { values: ['Output'] }, shape: { values: [2] } },
      },
    },
  })
})

test('files as nir-py writes them are read: chunked, packed, text of any length', async () => {
  const { FS } = await h5wasm.ready
  const file = new h5wasm.File('packed.nir', 'w')
  const root = file.create_group('node')
  const text = (group: h5wasm.Group, name: string, data: string | string[], shape: number[] = []) =>
    group.create_dataset({ name, data, shape, dtype: 'S' })
  text(root, 'type', 'NIRGraph')
  text(root, 'edges', ['input', 'a', 'a', 'output'], [2, 2])
  const nodes = root.create_group('nodes')
  for (const [name, type] of [
    ['input', 'Input'],
    ['output', 'Output'],
  ] as const) {
    const port = nodes.create_group(name)
    text(port, 'type', type)
    port.create_dataset({ name: 'shape', data: new BigInt64Array([40n]), shape: [1] })
  }
  const node = nodes.create_group('a')
  text(node, 'type', 'LI')
  const tau = Float32Array.from({ length: 40 }, (_, i) => 1 + i)
  for (const [name, data] of Object.entries({ tau, r: tau, v_leak: new Float32Array(40) }))
    node.create_dataset({
      name,
      data,
      shape: [40],
      dtype: '<f4',
      chunks: [16],
      compression: 'gzip',
      compression_opts: 4,
    })
  file.close()
  const { network, notes } = readNir(FS.readFile('packed.nir'), {
    dt: 1,
    timeUnit: 'step',
    method: 'euler',
    reset: 'zero',
  })
  expect([network.layers[0]!.neuron.params.tau, notes]).toEqual([[...tau], []])
})
