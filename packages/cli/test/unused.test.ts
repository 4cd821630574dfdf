import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
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
  const train = ['train', '--config', 'tiny.json', '--backend', 'reference', '--out', 'out']
  expect((await hillock(train, { cwd })).code).toBe(0)
  for (const name of ['model', 'checkpoint']) {
    const path = join(cwd, 'out', `${name}.safetensors`)
    const { tensors, metadata } = readSafetensors(await readFile(path))
    const extra = { shape: [], values: Float64Array.of(3) }
    await writeFile(path, writeSafetensors(new Map([...tensors, ['num\u001bbatches', extra]]), metadata))
  }
}, 60_000)
afterAll(() => rm(cwd, { recursive: true }))

const warned = (events: readonly Record<string, unknown>[]) =>
  events.filter(({ code }) => code === 'HILLOCK_UNUSED_TENSOR')
const model = join('out', 'model.safetensors')
const warning = { event: 'warning', code: 'HILLOCK_UNUSED_TENSOR' }

test.each([['evaluate'], ['plot', '--kind', 'weights'], ['analyze', 'stdp', '--examples', '8', '--window', '1']])(
  '%s uses a model, and names the tensors in it that nothing uses',
  async (...command) => {
    const { code, events } = await hillock([...command, '--model', model, '--json'], { cwd })
    expect(code).toBe(0)
    const message = `${model} has tensors that nothing uses: num\u001bbatches`
    expect(warned(events)).toEqual([{ ...warning, message }])
  },
  60_000,
)

test('what it is called does not steer a terminal', async () => {
  const { code, stdout } = await hillock(['evaluate', '--model', model], { cwd })
  expect(code).toBe(0)
  expect(stdout).toMatch(/^warning HILLOCK_UNUSED_TENSOR: .*: num\ufffdbatches$/m)
}, 60_000)

test('a resumed run names them when its learner has asked for all of its own', async () => {
  const args = ['train', '--resume', 'out', '--epochs', '2', '--json']
  const { code, events } = await hillock(args, { cwd })
  expect(code).toBe(0)
  const message = `${join('out', 'checkpoint.safetensors')} has tensors that nothing uses: num\u001bbatches`
  expect(warned(events)).toEqual([{ ...warning, message }])
  const done = await hillock(args, { cwd })
  expect([done.code, warned(done.events)]).toEqual([0, []])
}, 60_000)
