import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { run } from '../src/program.ts'

jest.setTimeout(60_000)

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hillock-'))
})
afterAll(() => rm(cwd, { recursive: true }))

/** Runs the command line in this process. */
async function hillock(...args: string[]): Promise<{ code: number; printed: string }> {
  let printed = ''
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    jest.spyOn(process[stream], 'write').mockImplementation((text) => {
      printed += text
      return true
    }),
  )
  try {
    return { code: await run(args), printed }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

test('a model of relu neurons becomes a spiking one, which is evaluated as it was measured', async () => {
  const [config, out, spiking] = ['relu.json', 'out', 'spiking'].map((name) => join(cwd, name)) as [
    string,
    string,
    string,
  ]
  const small = {
    extends: 'mnist-conv-relu',
    dataset: { name: 'glyphs', train: 400, test: 60 },
    network: [{ avgPool: 2 }, { dense: 30 }, { neuron: 'relu' }, { dense: 10 }, { neuron: 'linear' }],
    learner: { name: 'bptt', optimizer: { name: 'adam', learningRate: 0.01 } },
    batchSize: 10,
    epochs: 6,
  }
  await writeFile(config, JSON.stringify(small))
  expect(await hillock('train', '--config', config, '--out', out, '--threads', '1')).toMatchObject({ code: 0 })
  const model = join(out, 'model.safetensors')
  const how = ['--model', model, '--examples', '100', '--threads', '1']
  const converted = await hillock('convert', ...how, '--steps', '1,32', '--out', spiking, '--json')
  const { testAccuracy, spiking: found, model: path } = JSON.parse(converted.printed)
  expect(found.map(({ steps }: { steps: number }) => steps)).toEqual([1, 32])
  expect(testAccuracy).toBeGreaterThan(0.7)
  expect(Math.abs(found[1].testAccuracy - testAccuracy)).toBeLessThanOrEqual(0.05)
  const evaluated = await hillock('evaluate', '--model', path, '--json', '--threads', '1')
  expect(JSON.parse(evaluated.printed)).toMatchObject({
    recipe: 'relu-spiking',
    testAccuracy: found[1].testAccuracy,
    synapticOperations: found[1].synapticOperations,
  })
  expect((await hillock('convert', ...how)).printed).toMatch(/steps +test accuracy[\s\S]*relu +\d[\s\S]*64 +\d/)
  expect(await hillock('convert', '--model', path)).toMatchObject({
    code: 1,
    printed: expect.stringMatching(/layer1 is of converted/),
  })
})
