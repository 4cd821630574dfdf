import { HillockError } from '@hillock/core'
import { type NirOptions, readNir } from '@hillock/nir'
import { slowness } from '@hillock/testing'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Data } from '../src/hdf5/tree.ts'
import { type Graph, nir } from './made.ts'

/** Processor time of the slowest, in microseconds. */
let slowest = 0
/** HILLOCK_FUZZ asks for more inputs, and tells how it went. */
const numRuns = Number(process.env.HILLOCK_FUZZ ?? 150)
const options: NirOptions = { dt: 1e-3, timeUnit: 's', method: 'euler', reset: 'zero' }

/** Reads it, or refuses it by a code. */
function outcome(bytes: Uint8Array): string {
  const began = process.cpuUsage()
  try {
    const { network, snapshot } = readNir(bytes, options)
    expect(network.layers.length).toBeGreaterThan(0)
    for (const { values } of snapshot.values()) expect(values).toBeInstanceOf(Float32Array)
    return 'read'
  } catch (error) {
    if (!(error instanceof HillockError)) throw error
    return error.code
  } finally {
    const { user, system } = process.cpuUsage(began)
    slowest = Math.max(slowest, user + system)
  }
}

const length = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, 3e4, 2 ** 31) },
)
const shape = fc.array(length, { maxLength: 4 })
const number = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -2, max: 2, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, 1e300) },
)
const array = fc.tuple(shape, fc.array(number, { minLength: 1, maxLength: 4 })).map(([given, values]): Data => {
  const small = given.filter((n) => n > 0 && n < 5)
  const size = small.reduce((product, n) => product * n, 1)
  return { shape: small, values: Float64Array.from({ length: size }, (_, i) => values[i % values.length]!) }
})
const wholes = fc.array(
  fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 0, max: 3 }) },
    { weight: 1, arbitrary: fc.constantFrom(-1, 1e6) },
  ),
  { minLength: 1, maxLength: 3 },
)
const types = [
  'Affine',
  'Linear',
  'Scale',
  'Conv1d',
  'Conv2d',
  'SumPool2d',
  'AvgPool2d',
  'Flatten',
  'Delay',
  'Threshold',
  'I',
  'IF',
  'LI',
  'LIF',
  'CubaLI',
  'CubaLIF',
  'Input',
  'Output',
  'NIRGraph',
  'Other',
]
const node = fc.record({
  type: fc.constantFrom(...types),
  weight: array,
  ...Object.fromEntries(
    ['bias', 'scale', 'delay', 'threshold', 'r', 'tau', 'tau_syn', 'tau_mem', 'v_leak', 'v_threshold', 'w_in'].map(
      (name) => [name, fc.oneof(number, array)],
    ),
  ),
  ...Object.fromEntries(
    ['stride', 'padding', 'dilation', 'groups', 'kernel_size', 'start_dim', 'end_dim', 'input_type'].map((name) => [
      name,
      wholes,
    ]),
  ),
})
const names = ['a', 'b', 'c', 'd']
const graph = fc
  .record({
    input: shape,
    nodes: fc.array(node, { minLength: 1, maxLength: 4 }),
    edges: fc.array(fc.tuple(fc.constantFrom('input', ...names), fc.constantFrom(...names, 'output')), {
      maxLength: 3,
    }),
    way: fc.shuffledSubarray(names),
  })
  .map(({ input, nodes, edges, way }): Graph => {
    const path = ['input', ...way.filter((name) => names.indexOf(name) < nodes.length), 'output']
    const own = Object.fromEntries(nodes.map((one, i) => [names[i]!, one]))
    return {
      nodes: {
        input: { type: 'Input', shape: input },
        output: { type: 'Output', shape: [1] },
        ...own,
      } as Graph['nodes'],
      edges: [...path.slice(1).map((to, i) => [path[i]!, to] as const), ...edges],
    }
  })

test('graphs of any nodes are read or refused', () => {
  const found = new Set<string>()
  fc.assert(
    fc.property(graph, (given) => void found.add(outcome(nir(given)))),
    { numRuns, seed: 1 },
  )
  expect(found.has('read')).toBe(true)
  expect(slowness(slowest)).toBeLessThan(100)
})

const sound = nir({
  nodes: {
    input: { type: 'Input', shape: [2] },
    a: { type: 'Linear', weight: { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) } },
    b: { type: 'LI', tau: 1, r: [1, 2], v_leak: 0 },
    output: { type: 'Output', shape: [2] },
  },
  edges: [
    ['input', 'a'],
    ['a', 'b'],
    ['b', 'output'],
  ],
})

test('files of which bytes are changed, or that are cut, are read or refused', () => {
  const change = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 255))), {
    maxLength: 6,
  })
  const cut = fc.oneof(fc.constant(sound.length), fc.nat(sound.length))
  const found = new Set<string>()
  const property = fc.property(change, cut, (changes, end) => {
    const bytes = sound.slice(0, end)
    for (const [at, value] of changes) if (at < end) bytes[at] = value
    found.add(outcome(bytes))
  })
  fc.assert(property, { numRuns, seed: 2 })
  expect([...found]).toEqual(expect.arrayContaining(['read', 'HILLOCK_DATA_DAMAGED']))
  expect(slowness(slowest)).toBeLessThan(100)
  if (process.env.HILLOCK_FUZZ)
    process.stderr.write(`${numRuns} files, the slowest took ${(slowest / 1000).toFixed(0)} ms\n`)
})
