import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSafetensors, type Snapshot, writeSafetensors } from '@hillock/core'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { buildNetwork } from '../src/build.ts'
import { checkWeights, loadModel, saveModel } from '../src/model.ts'
import { findRecipe } from '../src/recipes/find.ts'

const recipe = { ...findRecipe('demo'), network: [{ dense: 2 }, { neuron: 'lif', learn: ['beta'] }] }
const network = buildNetwork(recipe, 3)
const snapshot: Snapshot = new Map([
  ['layer1.weight', { shape: [3, 2], values: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ['layer1.bias', { shape: [2], values: Float32Array.of(7, 8) }],
  ['layer1.beta', { shape: [1], values: Float32Array.of(0.5) }],
  ['layer1.weight/m', { shape: [3, 2], values: new Float32Array(6) }],
])

let folder: string
let path: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hillock-'))
  path = join(folder, 'deep', 'model.safetensors')
  await saveModel(path, network, snapshot, { recipe, seed: 7, epochs: 2 })
})
afterAll(() => rm(folder, { recursive: true }))

/** Rewrites the saved file with other metadata. */
async function altered(change: Record<string, string>): Promise<string> {
  const { tensors, metadata } = readSafetensors(new Uint8Array(await readFile(path)))
  const other = join(folder, 'altered.safetensors')
  await writeFile(other, writeSafetensors(tensors, { ...metadata, ...change }))
  return other
}

const damaged = (message: RegExp) =>
  expect.objectContaining({ code: 'HILLOCK_DATA_DAMAGED', message: expect.stringMatching(message) })

describe('a model', () => {
  test('comes back with its recipe, its seed and what it learnt, without the moments of the optimizer', async () => {
    const model = await loadModel(path)
    expect(model).toMatchObject({ recipe, seed: 7, inputs: 3 })
    expect([...model.weights.keys()].sort()).toEqual(['layer1.beta', 'layer1.bias', 'layer1.weight'])
    expect([...model.weights.get('layer1.weight')!.values]).toEqual([1, 2, 3, 4, 5, 6])
    expect(() => checkWeights(path, network, model.weights)).not.toThrow()
  })

  test('that is not there is wrong use', async () => {
    await expect(loadModel(join(folder, 'none'))).rejects.toThrow(expect.objectContaining({ code: 'HILLOCK_USAGE' }))
  })

  test.each<[string, Record<string, string>, RegExp]>([
    ['of another format', { format: 'pt' }, /format is "pt"/],
    ['whose recipe is not JSON', { recipe: '{' }, /no sound model/],
    ['whose recipe does not hold', { recipe: JSON.stringify({ ...recipe, epochs: 0 }) }, /'epochs' is wrong/],
    ['whose seed is no number', { seed: 'x' }, /seed/],
  ])('%s is refused', async (_, change, message) => {
    await expect(loadModel(await altered(change))).rejects.toThrow(damaged(message))
  })

  test('whose weights do not fit its recipe is refused', async () => {
    const { weights } = await loadModel(path)
    const wider = buildNetwork({ ...recipe, network: [{ dense: 4 }, { neuron: 'lif', learn: ['beta'] }] }, 3)
    expect(() => checkWeights(path, wider, weights)).toThrow(damaged(/'layer1.weight' as \[3, 2\].*needs \[3, 4\]/))
    const less = new Map([...weights].filter(([name]) => name !== 'layer1.beta'))
    expect(() => checkWeights(path, network, less)).toThrow(damaged(/lacks 'layer1.beta'/))
  })
})
