import { readFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { encoder, neuron, readSafetensors, type Snapshot, writeSafetensors } from '@hillock/core'
import { describe, expect, test } from '@jest/globals'
import ts from 'typescript'
import { buildModel, buildNetwork, findRecipe, loadNetwork, unpackModel, writeModel } from '../src/index.ts'

const recipe = { ...findRecipe('demo'), network: [{ dense: 2 }, { neuron: 'lif', learn: ['beta'] }] }
const network = buildNetwork(recipe, 3)
const snapshot: Snapshot = new Map([
  ['layer1.weight', { shape: [3, 2], values: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ['layer1.bias', { shape: [2], values: Float32Array.of(-99, 8) }],
  ['layer1.beta', { shape: [1], values: Float32Array.of(0.5) }],
  ['layer1.weight/m', { shape: [3, 2], values: new Float32Array(6) }],
])

const bytes = writeModel(network, snapshot, { recipe, seed: 7, epochs: 2 }, { hillock: '0.0.0' })

/** The same file with other metadata or tensors. */
function altered(change: Record<string, string>, tensors = readSafetensors(bytes).tensors): Uint8Array {
  return writeSafetensors(tensors, { ...readSafetensors(bytes).metadata, ...change })
}

const readModel = (bytes: Uint8Array, name?: string) => buildModel(unpackModel(bytes, name))

const damaged = (message: RegExp) =>
  expect.objectContaining({ code: 'HILLOCK_DATA_DAMAGED', message: expect.stringMatching(message) })

describe('a model', () => {
  test('comes back with its recipe, its seed and what it learnt, without the moments of the optimizer', () => {
    const model = readModel(bytes)
    expect(model).toMatchObject({ recipe, seed: 7, network: { inputs: 3 } })
    expect([...model.weights.keys()].sort()).toEqual(['layer1.beta', 'layer1.bias', 'layer1.weight'])
    expect([...model.weights.get('layer1.weight')!.values]).toEqual([1, 2, 3, 4, 5, 6])
  })

  test.each<[string, Record<string, string>, RegExp]>([
    ['whose recipe is not JSON', { recipe: '{' }, /not valid/],
    ['whose recipe does not hold', { recipe: JSON.stringify({ ...recipe, epochs: 0 }) }, /'epochs' is wrong/],
    ['whose seed is no number', { seed: 'x' }, /seed/],
    [
      'whose weights do not fit its recipe',
      { recipe: JSON.stringify({ ...recipe, network: [{ dense: 4 }, { neuron: 'lif', learn: ['beta'] }] }) },
      /'layer1.weight' as \[3, 2\].*needs \[3, 4\]/,
    ],
    [
      'whose layers would not fit any memory',
      { recipe: JSON.stringify({ ...recipe, network: [{ dense: 1e15 }, { neuron: 'lif' }] }) },
      /needs \[3, 1000000000000000\]/,
    ],
  ])('%s is refused', (_, change, message) => {
    expect(() => readModel(altered(change))).toThrow(damaged(message))
  })

  test('of another tool is not supported, and not called damaged', () => {
    const { tensors } = readSafetensors(bytes)
    for (const [metadata, found] of [
      [{ format: 'pt' }, "the format 'pt'"],
      [{}, 'no format'],
    ] as const) {
      expect(() => readModel(writeSafetensors(tensors, metadata), 'torch.safetensors')).toThrow(
        expect.objectContaining({
          code: 'HILLOCK_UNSUPPORTED',
          message: expect.stringContaining(`torch.safetensors is not a model of hillock: it says ${found}`),
        }),
      )
    }
  })

  test('tells what its network has no use for; a checkpoint holds what is the learner’s', async () => {
    const extra = { shape: [], values: Float64Array.of(7) }
    const more = new Map([...snapshot, ['num_batches_tracked', extra]])
    expect(readModel(bytes).unused).toEqual([])
    expect(readModel(altered({}, more)).unused).toEqual(['layer1.weight/m', 'num_batches_tracked'])
    expect(readModel(altered({ batches: '3' }, more)).unused).toEqual([])
    const { session } = loadNetwork(altered({}, more))
    expect(session.unused).toEqual(['layer1.weight/m', 'num_batches_tracked'])
    await session.dispose()
  })

  test('that lacks a weight is refused', () => {
    const { tensors } = readSafetensors(bytes)
    const less = new Map([...tensors].filter(([name]) => name !== 'layer1.beta'))
    expect(() => readModel(altered({}, less))).toThrow(damaged(/lacks 'layer1.beta'/))
  })
})

describe('loadNetwork', () => {
  test('makes a session of the bytes alone that classifies as its weights say', async () => {
    const { session, recipe: found } = loadNetwork(bytes)
    expect(found).toEqual(recipe)
    const examples = { images: Float32Array.of(1, 1, 1), labels: Uint8Array.of(1), count: 1, features: 3, classes: 2 }
    const { predictions, accuracy } = await session.evaluate(examples)
    expect([[...predictions], accuracy]).toEqual([[1], 1])
    await session.dispose()
  })

  test('takes neurons and encoders of others, and says which package holds one that is not given', async () => {
    const theirs = neuron({ name: 'their-own', params: { gain: 1 }, equations: 'spike = gain * input' })
    const ramp = encoder({ name: 'ramp', equations: 'spike = input' })
    const foreign = {
      ...recipe,
      encoder: { name: 'ramp' },
      network: [{ dense: 2 }, { neuron: 'their-own', gain: 2, learn: ['gain'] }],
    }
    const tensors = new Map(readSafetensors(bytes).tensors)
    tensors.delete('layer1.beta')
    tensors.set('layer1.gain', { shape: [1], values: Float32Array.of(3) })
    const file = altered({ recipe: JSON.stringify(foreign) }, tensors)
    const missing = (message: RegExp) =>
      expect.objectContaining({ code: 'HILLOCK_PLUGIN', message: expect.stringMatching(message) })
    expect(() => loadNetwork(file)).toThrow(missing(/neuron 'their-own' .*\n.*hillock-neuron-their-own/))
    const neurons = { 'their-own': theirs }
    expect(() => loadNetwork(file, { neurons })).toThrow(missing(/encoder 'ramp' .*\n.*hillock-encoder-ramp/))
    const { session } = loadNetwork(file, { neurons, encoders: { ramp } })
    expect(session.network.layers[0]!.neuron.name).toBe('their-own')
    await session.dispose()
    const own = { lif: theirs }
    expect(loadNetwork(bytes, { neurons: own }).session.network.layers[0]!.neuron.name).toBe('lif')
  })

  test('and all that the package exports, import nothing of Node', async () => {
    const seen = new Set<string>()
    const outside = new Set<string>()
    const visit = async (url: URL) => {
      if (seen.has(url.href)) return
      seen.add(url.href)
      const source = await readFile(url, 'utf8')
      const options = { verbatimModuleSyntax: true, target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext }
      const { outputText } = ts.transpileModule(source, { compilerOptions: options })
      for (const { fileName } of ts.preProcessFile(outputText, true, true).importedFiles) {
        if (fileName.startsWith('.')) await visit(new URL(fileName, url))
        else outside.add(fileName)
      }
    }
    await visit(new URL('../src/index.ts', import.meta.url))
    expect(seen.size).toBeGreaterThan(5)
    expect([...outside].filter(isBuiltin)).toEqual([])
    const others = [...outside].filter((name) => !name.startsWith('@hillock/core'))
    expect(others.sort()).toEqual(['@hillock/datasets', 'zod/mini'])
  })
})
