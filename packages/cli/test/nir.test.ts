import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dense, lif, sequential } from '@hillock/core'
import { parametersOf } from '@hillock/core/network'
import { glyphs } from '@hillock/datasets'
import { readNir, writeNir } from '@hillock/nir'
import { loadNetwork } from '@hillock/recipes'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { run } from '../src/program.ts'

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hillock-'))
})
afterAll(() => rm(cwd, { recursive: true }))

/** Runs the command line in this process. */
async function hillock(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const printed = { stdout: '', stderr: '' }
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    jest.spyOn(process[stream], 'write').mockImplementation((text) => {
      printed[stream] += text
      return true
    }),
  )
  try {
    return { code: await run(args), ...printed }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

const network = sequential(784, [dense(12), lif({ beta: 0.8 }), dense(10), lif({ threshold: 0.5 })])
const snapshot = new Map(
  network.layers.flatMap(parametersOf).map(({ name, shape, initial }) => [name, { shape, values: initial(4) }]),
)
const time = { dt: 1e-3, timeUnit: 's', method: 'exact' } as const
const { bytes } = writeNir(network, snapshot, time)

test('a NIR file becomes a model, which is evaluated, and written as the same file', async () => {
  const [file, out, again] = ['net.nir', 'out', 'again.nir'].map((name) => join(cwd, name)) as [string, string, string]
  await writeFile(file, bytes)
  const how = ['--dt', '0.001', '--method', 'exact', '--reset', 'subtract', '--dataset', 'glyphs', '--steps', '9']
  const imported = await hillock(
    'import',
    file,
    ...how,
    '--set',
    'encoder.name=poisson',
    '--set',
    'dataset.test=60',
    '--set',
    'dataset.train=60',
    '--out',
    out,
  )
  expect(imported).toMatchObject({ code: 0, stderr: '' })
  expect(imported.stdout).toMatch(
    /read with --dt 0.001 --time-unit s --method exact --reset subtract\n[\s\S]*layer1 +12 +nirLIF[\s\S]*written: .*model\.safetensors/,
  )

  const model = join(out, 'model.safetensors')
  const evaluated = JSON.parse((await hillock('evaluate', '--model', model, '--backend', 'reference', '--json')).stdout)
  const { session, recipe } = loadNetwork(await readFile(model))
  expect(recipe).toMatchObject({
    name: 'net',
    dataset: { name: 'glyphs', shape: [784] },
    steps: 9,
    encoder: { name: 'poisson' },
  })
  const { accuracy, density } = await session.evaluate(glyphs({ train: 60, test: 60 }).test)
  expect(evaluated).toMatchObject({ event: 'evaluation', testAccuracy: accuracy, density })
  expect(density[2]).toBeGreaterThan(0)

  const exported = await hillock('export', '--model', model, '--nir', again, '--json')
  expect(JSON.parse(exported.stdout)).toMatchObject({ event: 'export', dt: 1e-3, method: 'exact', reset: 'subtract' })
  expect(Uint8Array.from(await readFile(again))).toEqual(bytes)
  const found = readNir(await readFile(again), { ...time, reset: 'subtract' })
  expect([...found.snapshot]).toEqual([...snapshot])
})

test('what is not said is told, and what is wrong is refused', async () => {
  const [file, out] = [join(cwd, 'other.nir'), join(cwd, 'other')]
  await writeFile(file, bytes)
  const { stdout } = await hillock('import', file, '--as', 'sinabs', '--out', out, '--json')
  expect(JSON.parse(stdout)).toMatchObject({
    event: 'import',
    dt: 1,
    timeUnit: 'step',
    method: 'exact',
    reset: 'subtract',
  })
  const refused = await hillock('import', file, '--out', out)
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/the length of a time step is missing: give --dt SECONDS/),
  })
  expect(await hillock('import', file, '--as', 'nest', '--out', out)).toMatchObject({ code: 2 })
  expect(await hillock('import', join(cwd, 'nothing.nir'), '--dt', '1', '--out', out)).toMatchObject({ code: 2 })
  await writeFile(file, bytes.subarray(0, 500))
  const damaged = await hillock('import', file, '--dt', '1e-3', '--out', out)
  expect(damaged).toMatchObject({ code: 1, stderr: expect.stringMatching(/HILLOCK_DATA_DAMAGED/) })
})
