import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSafetensors, writeSafetensors } from '@hillock/core'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { hillock } from './run.ts'

let cwd: string
const recipe = { extends: 'demo', dataset: { name: 'glyphs', train: 64, test: 20 }, steps: 3, epochs: 1 }
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hillock-'))
  await writeFile(join(cwd, 'tiny.json'), JSON.stringify(recipe))
  // Pixels at the edge are always dark: their weights become 0 / 0, and no spike tells.
  const learner = { name: 'bptt', optimizer: { name: 'adam', epsilon: 0 } }
  await writeFile(join(cwd, 'broken.json'), JSON.stringify({ ...recipe, learner }))
})
afterAll(() => rm(cwd, { recursive: true }))

const notFinite = { event: 'error', code: 'HILLOCK_NOT_FINITE', message: expect.stringContaining("'layer1.weight'") }

test('a training that breaks down ends with an error, and writes neither model nor checkpoint', async () => {
  const { code, events } = await hillock(['train', '--config', 'broken.json', '--out', 'broken', '--json'], { cwd })
  expect([code, events.at(-1)]).toEqual([1, expect.objectContaining(notFinite)])
  const files = await readdir(join(cwd, 'broken'))
  expect(files.filter((name) => name.endsWith('.safetensors'))).toEqual([])
}, 60_000)

test('a model and a checkpoint with weights that are not finite are refused', async () => {
  expect((await hillock(['train', '--config', 'tiny.json', '--out', 'out'], { cwd })).code).toBe(0)
  for (const name of ['model', 'checkpoint']) {
    const path = join(cwd, 'out', `${name}.safetensors`)
    const { tensors, metadata } = readSafetensors(await readFile(path))
    const { shape, values } = tensors.get('layer1.weight')!
    const spoilt = { shape, values: values.map((value, i) => (i === 5 ? Number.NaN : value)) }
    await writeFile(path, writeSafetensors(new Map([...tensors, ['layer1.weight', spoilt]]), metadata))
  }
  for (const command of [
    ['evaluate', '--model', join('out', 'model.safetensors')],
    ['train', '--resume', 'out', '--epochs', '2'],
  ]) {
    const { code, events } = await hillock([...command, '--json'], { cwd })
    expect([code, events.at(-1)]).toEqual([1, expect.objectContaining(notFinite)])
  }
}, 60_000)
