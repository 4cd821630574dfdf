import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HillockError } from '@hillock/core'
import type { EventDataset } from '@hillock/datasets'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { run } from '../src/program.ts'
import { loadDataset } from '../src/run/data.ts'
import { chooseRecipe } from '../src/run/resolve-recipe.ts'

jest.setTimeout(60_000)

/** N-MNIST as it is published, but three recordings a digit: a dot in the row of its digit. */
let data: string
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'hillock-'))
  for (const part of ['Train', 'Test'])
    for (let digit = 0; digit < 10; digit++) {
      const folder = join(data, 'n-mnist', part, String(digit))
      await mkdir(folder, { recursive: true })
      for (const sample of [1, 2, 3]) {
        const events = Array.from({ length: 30 }, (_, t) => [sample + t, 3 * digit, 0x80, 8 * t, 0])
        await writeFile(join(folder, `${sample}.bin`), Uint8Array.from(events.flat()))
      }
    }
})
afterAll(() => rm(data, { recursive: true }))

const spec = async (...set: string[]) => chooseRecipe({ recipe: 'n-mnist', set })

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
    return { code: await run([...args, '--data', data]), printed }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

test('recordings are put in order, cut to a limit and held back as images are, and none is read for it', async () => {
  const recipe = await spec('dataset.order="random"', 'dataset.validation=0.25', 'dataset.limit=20')
  const load = async (seed: number) => (await loadDataset(recipe, { data, seed })) as EventDataset
  const { train, validation, test: whole } = await load(1)
  expect([train.count, validation!.count, whole.count, train.features]).toEqual([15, 5, 30, 30 * 2312])
  expect((await load(1)).train.labels).toEqual(train.labels)
  expect((await load(2)).train.labels).not.toEqual(train.labels)
})

test('frames of a recipe say what a network sees', async () => {
  const recipe = await spec('dataset.frames={"pool":2,"polarity":false}', 'steps=10')
  const { train } = await loadDataset(recipe, { data, seed: 0 })
  expect([train.features, 'shape' in train && train.shape]).toEqual([10 * 17 * 17, [17, 17, 1]])
})

test.each<[string, string[], string, RegExp]>([
  [
    'images are normalized',
    ['dataset.normalize={"mean":0,"deviation":1}'],
    'HILLOCK_RECIPE',
    /normalize' is for images/,
  ],
  ['images are permuted', ['dataset.permuted=true'], 'HILLOCK_RECIPE', /permuted' is for images/],
  ['images are shifted', ['dataset.shift=1'], 'HILLOCK_RECIPE', /shift' is for images/],
  [
    'they need an encoder that shows them',
    ['encoder={"name":"constant"}'],
    'HILLOCK_USAGE',
    /use the encoder 'spikes'/,
  ],
  ['frames have options', ['dataset.frames={"crop":[40,40]}'], 'HILLOCK_USAGE', /crop of 40 x 40/],
])('%s', async (_, set, code, message) => {
  const told = expect.objectContaining({ code, message: expect.stringMatching(message) })
  await expect(spec(...set).then((recipe) => loadDataset(recipe, { data, seed: 0 }))).rejects.toThrow(told)
})

test('images have no frames', async () => {
  const recipe = await chooseRecipe({
    recipe: 'demo',
    set: ['dataset.frames={}', 'dataset.train=20', 'dataset.test=10'],
  })
  await expect(loadDataset(recipe, { seed: 0 })).rejects.toThrow(HillockError)
})

test('a network learns from a folder of recordings, goes on, is evaluated and drawn', async () => {
  const out = join(data, 'out')
  const small = [
    'network.0.dense=20',
    'steps=6',
    'dataset.frames.dt=0.01',
    'batchSize=5',
    'learner.optimizer={"name":"adam","learningRate":0.02}',
  ]
  const args = ['train', '--recipe', 'n-mnist', ...small.flatMap((one) => ['--set', one]), '--backend', 'reference']
  expect(await hillock(...args, '--epochs', '6', '--out', out)).toMatchObject({ code: 0 })
  const { result } = JSON.parse(await readFile(join(out, 'report.json'), 'utf8'))
  expect(result.testAccuracy).toBeGreaterThan(0.9)
  const again = await hillock('train', '--resume', out)
  expect(again).toMatchObject({ code: 0 })
  const evaluated = await hillock('evaluate', '--model', join(out, 'model.safetensors'), '--json')
  expect(JSON.parse(evaluated.printed)).toMatchObject({
    dataset: 'n-mnist',
    examples: 30,
    testAccuracy: result.testAccuracy,
  })
  const picture = join(out, 'input.svg')
  const drawn = [
    'plot',
    '--kind',
    'input',
    '--sample',
    '3',
    '--model',
    join(out, 'model.safetensors'),
    '--out',
    picture,
  ]
  expect(await hillock(...drawn)).toMatchObject({ code: 0 })
  const svg = await readFile(picture, 'utf8')
  for (const text of ['test example 3 (class 1)', 'time after the first event (ms)', '>9.9 ms<'])
    expect(svg).toContain(text)
  // other recordings are refused
  await rm(join(data, 'n-mnist', 'Train', '3', '1.bin'))
  expect(await hillock('train', '--resume', out)).toMatchObject({
    code: 2,
    printed: expect.stringMatching(/began with 30 examples/),
  })
})
