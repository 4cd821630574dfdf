import { constant, createSession, crossEntropy, type Learner, reference, rows } from '@hillock/core'
import { type NirOptions, presets, readNir } from '@hillock/nir'
import { describe, expect, test } from '@jest/globals'
import { chain, type Graph, lif, matrix, type Nodes, nir, ports } from './made.ts'

const options: NirOptions = { dt: 1e-3, timeUnit: 's', method: 'euler', reset: 'zero' }
const learner: Learner = { name: 'none', step: async () => ({ loss: 0, correct: 0 }) }
const read = (graph: Graph, more: Partial<NirOptions> = {}) => readNir(nir(graph), { ...options, ...more })

/** What comes out for currents [T, N], step by step. */
async function run(graph: Graph, currents: readonly number[][], more: Partial<NirOptions> = {}): Promise<number[][]> {
  const { network, snapshot } = read(graph, more)
  const [steps, features] = [currents.length, currents.flat().length]
  const session = createSession({
    network,
    snapshot,
    learner,
    encoder: rows(constant()),
    loss: crossEntropy(),
    steps,
    backend: reference(),
  })
  const flat = await session.observe(
    { images: Float32Array.from(currents.flat()), count: 1, features },
    async (passes, backend) => [...(await backend.read(passes.at(-1)!.spikes))],
  )
  const size = flat.length / steps
  return currents.map((_, t) => flat.slice(t * size, (t + 1) * size))
}

/** A node between the ports. */
const alone = (node: Nodes[string], inputs: number | number[] = 1): Graph => ({
  nodes: { ...ports(inputs), a: node },
  edges: chain('input', 'a', 'output'),
})

const twice = [[1], [1], [0]]
describe('nodes alone', () => {
  const li = { type: 'LI', tau: 0.004, r: 2, v_leak: 1 }
  const cuba = { type: 'CubaLI', tau_syn: 0.002, tau_mem: 0.004, r: 2, v_leak: 0, w_in: 3 }
  const [e2, e4] = [Math.exp(-1 / 2), Math.exp(-1 / 4)]
  test.each<[string, Graph, readonly number[][], Partial<NirOptions>, number[][]]>([
    ['I', alone({ type: 'I', r: 3 }), twice, {}, [[3], [6], [6]]],
    ['I over time', alone({ type: 'I', r: 3 }), twice, { charge: 'time' }, [[0.003], [0.006], [0.006]]],
    ['LI', alone(li), twice, {}, [[0.75], [1.3125], [1.234375]]],
    ['LI, exact', alone(li), [[1], [0]], { method: 'exact' }, [[3 * (1 - e4)], [3 * (1 - e4) * e4 + (1 - e4)]]],
    ['LI in milliseconds', alone({ ...li, tau: 4 }), twice, { timeUnit: 'ms' }, [[0.75], [1.3125], [1.234375]]],
    ['LI in steps', alone({ ...li, tau: 4 }), twice, { timeUnit: 'step', dt: 1 }, [[0.75], [1.3125], [1.234375]]],
    ['CubaLI', alone(cuba), twice, {}, [[0.75], [1.6875], [1.828125]]],
    ['CubaLI, exact', alone(cuba), [[1]], { method: 'exact' }, [[6 * (1 - e2) * (1 - e4)]]],
    ['Threshold', alone({ type: 'Threshold', threshold: 0.5 }), [[0.5], [0.6]], {}, [[0], [1]]],
    [
      'IF fires above its threshold',
      alone({ type: 'IF', r: 1, v_threshold: 2 }),
      [[1], [1], [1], [2]],
      {},
      [[0], [0], [1], [0]],
    ],
    ['IF to v_reset', alone({ type: 'IF', r: 1, v_threshold: 2, v_reset: 1 }), [[3], [1], [1]], {}, [[1], [0], [1]]],
    [
      'IF by subtraction',
      alone({ type: 'IF', r: 1, v_threshold: 2, v_reset: 0 }),
      [[5], [0], [0]],
      { reset: 'subtract' },
      [[1], [1], [0]],
    ],
    [
      'IF as Sinabs has it',
      alone({ type: 'IF', r: 9, v_threshold: 2 }),
      [[5], [1], [-9], [4]],
      presets.sinabs,
      [[2], [1], [0], [1]],
    ],
    [
      'IF as SpikingJelly has it',
      alone({ type: 'IF', r: 1000, v_threshold: 2, v_reset: 0 }),
      [[2], [1]],
      presets.spikingjelly,
      [[1], [0]],
    ],
    ['Scale', alone({ type: 'Scale', scale: [2, 3] }, 2), [[1, 1]], {}, [[2, 3]]],
    [
      'Delay',
      alone({ type: 'Delay', delay: [0.001, 0.002] }, 2),
      [
        [1, 2],
        [0, 0],
        [0, 0],
      ],
      {},
      [
        [0, 0],
        [1, 0],
        [0, 2],
      ],
    ],
    [
      'SumPool2d',
      alone({ type: 'SumPool2d', kernel_size: [1, 2], stride: [1, 2], padding: [0, 0] }, [1, 2, 2]),
      [[1, 2, 3, 4]],
      {},
      [[3, 7]],
    ],
  ])('%s', async (_, graph, currents, more, expected) => {
    expect(await run(graph, currents, more)).toEqual(
      expected.map((row) => row.map((value) => expect.closeTo(value, 6))),
    )
  })
})

describe('graphs', () => {
  test('what reaches a node adds up, and paths that part have one origin', async () => {
    const nodes = {
      ...ports(1),
      a: { type: 'Linear', weight: matrix(1, 1, [2]) },
      b: { type: 'Scale', scale: 3 },
      c: { type: 'Scale', scale: 5 },
    }
    const edges = [...chain('input', 'a', 'b', 'output'), ...chain('a', 'c', 'output'), ...chain('input', 'output')]
    expect(await run({ nodes, edges }, [[1]])).toEqual([[17]])
  })

  test('graphs within graphs are laid open', async () => {
    const inner = { nodes: { ...ports(1), s: { type: 'Scale', scale: 3 } }, edges: chain('input', 's', 'output') }
    const nodes = { ...ports(1), a: { graph: inner }, b: { graph: inner } }
    expect(await run({ nodes, edges: chain('input', 'a', 'b', 'output') }, [[1]])).toEqual([[9]])
  })

  test('a neuron reaches itself one step later: by a matrix with a bias, a scale, or as it is', async () => {
    const cell = { type: 'IF', r: 1, v_threshold: 0.5, v_reset: 0 }
    const loop = (
      way: Nodes[string] | undefined,
      dense: Nodes[string] = { type: 'Linear', weight: matrix(1, 1) },
    ): Graph => ({
      nodes: { ...ports(1), w: dense, n: cell, ...(way && { back: way }) },
      edges: [...chain('input', 'w', 'n', 'output'), ...(way ? chain('n', 'back', 'n') : chain('n', 'n'))],
    })
    const kick = [[1], [0], [0]]
    expect(await run(loop(undefined), kick)).toEqual([[1], [1], [1]])
    expect(await run(loop({ type: 'Scale', scale: 0.3 }), kick)).toEqual([[1], [0], [0]])
    expect(await run(loop({ type: 'Linear', weight: matrix(1, 1, [2]) }), kick)).toEqual([[1], [1], [1]])
    const affine = { type: 'Affine', weight: matrix(1, 1, [0]), bias: [0.4] }
    const bias = { type: 'Affine', weight: matrix(1, 1, [1]), bias: [0] }
    expect(await run(loop(affine, bias), [[0], [0], [0]])).toEqual([[0], [1], [0]])
    expect(() => read(loop(affine))).toThrow(
      expect.objectContaining({ code: 'HILLOCK_UNSUPPORTED', message: expect.stringMatching(/'back' has biases/) }),
    )
  })

  test('every field that is not used is told of, and what nothing needs', () => {
    const nodes = { ...ports(2, 3), a: { ...lif, tau: [0.01, 0.02], refractory: 1 }, lost: lif }
    const edges = [...chain('input', 'a', 'output'), ...chain('a', 'lost')]
    const { notes, network } = read({ nodes, edges }, { ignore: ['LIF.r', 'LIF.v_reset'] })
    expect(notes.map(({ node, field }) => [node, field]).sort()).toEqual([
      ['a', 'r'],
      ['a', 'refractory'],
      ['a', 'v_reset'],
      ['lost', undefined],
      ['output', 'shape'],
    ])
    expect(network.layers[0]!.neuron.params).toMatchObject({ tau: [0.01, 0.02], r: 1 })
    const rounded = {
      nodes: { ...ports(1), a: { type: 'Linear', weight: { shape: [1, 1], values: Float64Array.of(0.1) } } },
      edges: chain('input', 'a', 'output'),
    }
    expect(read(rounded).notes).toEqual([{ node: 'a', field: 'weight', text: 'it is rounded to f32' }])
  })
})

describe('refuses, by its name', () => {
  const two = { ...ports(1), a: lif, b: lif }
  test.each<[string, Graph, string, RegExp]>([
    ['an unknown node', alone({ type: 'Izhikevich' }), 'UNSUPPORTED', /'a' is a node of the type 'Izhikevich'/],
    [
      'an edge to nothing',
      { nodes: two, edges: chain('input', 'a', 'c') },
      'DATA_DAMAGED',
      /goes from 'a' to 'c', and it has no node 'c'/,
    ],
    [
      'a loop of two',
      { nodes: two, edges: [...chain('input', 'a', 'b', 'output'), ...chain('b', 'a')] },
      'UNSUPPORTED',
      /the loop (a -> b -> a|b -> a -> b)/,
    ],
    [
      'two ways back',
      {
        nodes: { ...two, b: { type: 'Scale', scale: 1 } },
        edges: [...chain('input', 'a', 'output'), ...chain('a', 'b', 'a'), ...chain('a', 'a')],
      },
      'UNSUPPORTED',
      /'a' reaches itself by/,
    ],
    [
      'a node that nothing drives',
      { nodes: two, edges: [...chain('input', 'a', 'output'), ...chain('b', 'output')] },
      'DATA_DAMAGED',
      /nothing drives 'b'/,
    ],
    [
      'two outputs',
      {
        nodes: { ...two, other: { type: 'Output', shape: [1] } },
        edges: [...chain('input', 'a', 'output'), ...chain('input', 'b', 'other')],
      },
      'UNSUPPORTED',
      /2 nodes Output/,
    ],
    [
      'no input',
      { nodes: { output: ports(1).output, a: lif }, edges: chain('a', 'output') },
      'UNSUPPORTED',
      /0 nodes Input \(none\)/,
    ],
    [
      'a matrix that does not fit',
      alone({ type: 'Linear', weight: matrix(2, 3) }, 2),
      'DATA_DAMAGED',
      /'a' takes 3 values, and gets \[2\]/,
    ],
    [
      'shapes that do not add up',
      {
        nodes: { ...ports(2), a: { type: 'Linear', weight: matrix(3, 2) }, b: lif },
        edges: [...chain('input', 'a', 'b', 'output'), ...chain('input', 'b')],
      },
      'DATA_DAMAGED',
      /'b' is given \[3\] and \[2\]/,
    ],
    [
      'parameters of another shape',
      alone({ ...lif, tau: [1, 2, 3] }, 2),
      'DATA_DAMAGED',
      /'tau' of 'a' has the shape \[3\] for neurons of \[2\]/,
    ],
    ['a field that is missing', alone({ type: 'LIF', tau: 1 }), 'DATA_DAMAGED', /the LIF 'a' lacks 'r'/],
    ['a delay of half a step', alone({ type: 'Delay', delay: 0.0015 }), 'UNSUPPORTED', /the delay of 'a' is 0.0015/],
    ['a time constant of 0', alone({ ...lif, tau: 0 }), 'OPTION', /nirLIF: 'tau' is 0/],
    [
      'axes left apart',
      alone({ type: 'Flatten', start_dim: 2, end_dim: -1, input_type: [2, 3, 4] }, [2, 3, 4]),
      'UNSUPPORTED',
      /'a' leaves axes of \[2,3,4\] apart/,
    ],
    [
      'more padding than window',
      alone({ type: 'SumPool2d', kernel_size: 2, stride: 2, padding: 2 }, [1, 4, 4]),
      'UNSUPPORTED',
      /'a' is padded/,
    ],
    [
      'a graph within without ports',
      alone({ graph: { nodes: { s: lif }, edges: [] } }),
      'UNSUPPORTED',
      /the graph 'a' has not one Input/,
    ],
  ])('%s', (_, graph, code, message) => {
    expect(() => read(graph)).toThrow(
      expect.objectContaining({ code: `HILLOCK_${code}`, message: expect.stringMatching(message) }),
    )
  })

  test.each(['dt', 'timeUnit', 'method', 'reset'] as const)('a missing %s: there is no default', (name) => {
    const { [name]: _, ...rest } = options
    expect(() => readNir(nir(alone(lif)), rest as NirOptions)).toThrow(
      expect.objectContaining({ code: 'HILLOCK_OPTION', message: expect.stringContaining(`'${name}' is missing`) }),
    )
  })

  test('what is no NIR file', () => {
    expect(() => readNir(new Uint8Array(100), options)).toThrow(
      expect.objectContaining({ code: 'HILLOCK_DATA_DAMAGED' }),
    )
    expect(() => readNir('a.nir' as never, options)).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
  })
})
