import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { hillock } from './run.ts'
import { tiny } from './tiny.ts'

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hillock-'))
  await writeFile(join(cwd, 'tiny.json'), JSON.stringify(tiny))
  const encoder = { name: 'mine', equations: 'spike = = 3' }
  await writeFile(join(cwd, 'equations.json'), JSON.stringify({ extends: 'demo', encoder }))
})
afterAll(() => rm(cwd, { recursive: true }))

const names = (events: readonly Record<string, unknown>[]) => events.map(({ event }) => event)

describe('train --json', () => {
  test('prints its events and nothing else, writes what it says, and evaluate finds the same accuracy', async () => {
    const { code, events } = await hillock(
      ['train', '--config', 'tiny.json', '--backend', 'reference', '--seed', '3', '--out', 'out', '--json'],
      { cwd },
    )
    expect(code).toBe(0)
    expect(names(events).filter((name) => name !== 'warning')).toEqual(['start', 'epoch', 'epoch', 'result'])
    const start = { recipe: 'tiny', backend: 'reference', threads: 1, seed: 3, parameters: 784 * 16 + 16 + 160 + 10 }
    expect(events[0]).toMatchObject(start)
    const epoch = events.find(({ event }) => event === 'epoch')!
    expect(epoch).toMatchObject({
      epoch: 1,
      trainLoss: expect.any(Number),
      trainAccuracy: expect.any(Number),
      testAccuracy: expect.any(Number),
      seconds: expect.any(Number),
      density: [expect.any(Number), expect.any(Number), expect.any(Number)],
      synapticOperations: expect.any(Number),
    })
    const result = events.at(-1)!
    expect(result).toMatchObject({
      recipe: 'tiny',
      backend: 'reference',
      epochs: 2,
      model: join('out', 'model.safetensors'),
    })
    expect((await readdir(join(cwd, 'out'))).sort()).toEqual([
      'checkpoint.safetensors',
      'model.safetensors',
      'report.json',
      'spikes.svg',
    ])
    const report = JSON.parse(await readFile(join(cwd, 'out', 'report.json'), 'utf8'))
    expect(report).toMatchObject({ result: { testAccuracy: result.testAccuracy }, recipe: { name: 'tiny', epochs: 2 } })

    const again = await hillock(['evaluate', '--model', result.model as string, '--backend', 'reference', '--json'], {
      cwd,
    })
    expect(again.code).toBe(0)
    expect(again.events).toEqual([expect.objectContaining({ event: 'evaluation', testAccuracy: result.testAccuracy })])
  }, 30_000)

  test('with the same seed gives the same weights, with another one others', async () => {
    const weights = async (seed: string, out: string) => {
      const args = ['train', '--config', 'tiny.json', '--epochs', '1', '--limit', '64', '--seed', seed, '--out', out]
      expect((await hillock(args, { cwd })).code).toBe(0)
      return readFile(join(cwd, out, 'model.safetensors'))
    }
    const first = await weights('1', 'a')
    expect((await weights('1', 'b')).equals(first)).toBe(true)
    expect((await weights('2', 'c')).equals(first)).toBe(false)
  }, 30_000)
})

describe('a mistake', () => {
  const cases: [string, string[], number, string, RegExp][] = [
    ['an unknown option', ['train', '--epoch', '3'], 2, 'HILLOCK_USAGE', /--epochs/],
    ['an unknown command', ['trian'], 2, 'HILLOCK_USAGE', /'trian'\ndid you mean 'train'\?/],
    ['an unknown command that help is asked of', ['trian', '--help'], 2, 'HILLOCK_USAGE', /'trian'\ndid you mean/],
    ['help of an unknown command', ['help', 'trian'], 2, 'HILLOCK_USAGE', /'trian'\ndid you mean/],
    ['a word too many', ['train', 'demo'], 2, 'HILLOCK_USAGE', /train does not take 'demo'/],
    ['an empty value', ['train', '--out', ''], 2, 'HILLOCK_USAGE', /'--out <dir>'.*It is empty/],
    ['an empty list', ['bench', '--backends', ' '], 2, 'HILLOCK_USAGE', /'--backends <names>'.*It is empty/],
    [
      'a list with nothing in it',
      ['analyze', 'stdp', '--neurons', ','],
      2,
      'HILLOCK_USAGE',
      /names separated by single commas/,
    ],
    [
      'one wrong number of several',
      ['plot', '--model', 'x', '--kind', 'membrane', '--neurons', '0,x'],
      2,
      'HILLOCK_USAGE',
      /'x' is not a whole number/,
    ],
    ['equations that cannot be read', ['train', '--config', 'equations.json'], 2, 'HILLOCK_SYNTAX', /spike = = 3/],
    ['a later backend', ['bench', '--backends', 'reference,foo'], 2, 'HILLOCK_PLUGIN', /'foo'/],
    ['a later neuron', ['analyze', 'stdp', '--neurons', 'lif,lfi'], 2, 'HILLOCK_RECIPE', /'lfi'/],
    ['a window too long', ['analyze', 'stdp', '--window', '10'], 2, 'HILLOCK_USAGE', /--window 10/],
    ['examples that are not there', ['analyze', 'stdp', '--examples', '501'], 2, 'HILLOCK_USAGE', /--examples 501/],
    [
      'a later value of a sweep',
      ['train', '--config', 'tiny.json', '--sweep', 'learner.name=bptt,bpt'],
      2,
      'HILLOCK_PLUGIN',
      /'bpt'/,
    ],
    [
      'a later value of a sweep out of range',
      ['train', '--config', 'tiny.json', '--sweep', 'learner.optimizer.learningRate=0.1,-1'],
      2,
      'HILLOCK_USAGE',
      /^HILLOCK_USAGE: --sweep learner.optimizer.learningRate=-1: .*'learningRate' is -1/,
    ],
    [
      'a later data set',
      ['train', '--config', 'tiny.json', '--sweep', 'dataset.name=glyphs,x'],
      2,
      'HILLOCK_RECIPE',
      /'x'/,
    ],
    ['no number', ['train', '--epochs', 'many'], 2, 'HILLOCK_USAGE', /whole number/],
    ['an unknown recipe', ['train', '--recipe', 'dmeo'], 2, 'HILLOCK_RECIPE', /'dmeo'\ndid you mean 'demo'/],
    ['an unknown data set', ['train', '--dataset', 'mnsit'], 2, 'HILLOCK_RECIPE', /'mnsit'\ndid you mean 'mnist'/],
    ['a misspelt learner', ['train', '--learner', 'bpt'], 2, 'HILLOCK_PLUGIN', /'bpt' .*\ndid you mean 'bptt'/],
    ['a misspelt backend', ['train', '--backend', 'refrence'], 2, 'HILLOCK_PLUGIN', /did you mean 'reference'/],
    ['a misspelt surrogate', ['analyze', 'stdp', '--surrogates', 'arctn'], 2, 'HILLOCK_RECIPE', /mean 'arctan'/],
    [
      'a misspelt kind of plot',
      ['plot', '--model', 'x', '--kind', 'rster'],
      2,
      'HILLOCK_USAGE',
      /'rster'.*\ndid you mean 'raster'/,
    ],
    ['a misspelt analysis', ['analyze', 'sdtp'], 2, 'HILLOCK_USAGE', /'sdtp'.*\ndid you mean 'stdp'/],
    ['one wrong value of a sweep', ['train', '--sweep', 'hidden=16,foo'], 2, 'HILLOCK_USAGE', /--sweep hidden=foo: /],
    [
      'an unknown learner',
      ['train', '--learner', 'none-such'],
      2,
      'HILLOCK_PLUGIN',
      /npm install @hillock\/learner-none-such/,
    ],
    ['an unknown backend', ['train', '--backend', 'none'], 2, 'HILLOCK_PLUGIN', /npm install @hillock\/backend-none/],
    ['a path for a plugin', ['train', '--learner', '../evil'], 2, 'HILLOCK_PLUGIN', /is not a name of a learner/],
    ['an unknown path', ['train', '--set', 'lerner.rate=1'], 2, 'HILLOCK_USAGE', /did you mean 'learner'/],
    [
      'threads for one that takes none',
      ['train', '--backend', 'reference', '--threads', '2'],
      2,
      'HILLOCK_USAGE',
      /reference/,
    ],
    [
      'a folder without data',
      ['train', '--recipe', 'keras-lif', '--data', 'nowhere'],
      1,
      'HILLOCK_DATA_MISSING',
      /nowhere/,
    ],
    [
      'a model that is none',
      ['evaluate', '--model', 'tiny.json'],
      1,
      'HILLOCK_DATA_DAMAGED',
      /tiny.json: .*safetensors/,
    ],
    ['a folder that cannot be made', ['train', '--out', 'tiny.json/out'], 1, 'HILLOCK_OUTPUT', /--out/],
  ]
  test.each(cases)(
    '%s: its code, what to do, no stack trace',
    async (_, args, exitCode, errorCode, what) => {
      const { code, stderr, events } = await hillock([...args, '--json'], { cwd })
      expect(stderr.split('\n')[0]).toMatch(new RegExp(`^${errorCode}: .`))
      expect(stderr).toMatch(what)
      expect(stderr).not.toMatch(/\n {4}at /)
      expect(code).toBe(exitCode)
      expect(events).toEqual([{ event: 'error', code: errorCode, message: expect.any(String) }])
    },
    30_000,
  )
})

describe('the backend, unless it is named', () => {
  test('is wasm, since it is installed, in training, evaluation and bench; and it says so', async () => {
    const train = await hillock(['train', '--config', 'tiny.json', '--threads', '2', '--out', 'fast', '--json'], {
      cwd,
    })
    expect(train.events[0]).toMatchObject({ event: 'start', backend: 'wasm', threads: 2 })
    const { testAccuracy } = train.events.at(-1)!
    const model = join('fast', 'model.safetensors')
    const evaluation = await hillock(['evaluate', '--model', model, '--json'], { cwd })
    expect(evaluation.events).toEqual([expect.objectContaining({ backend: 'wasm', testAccuracy })])
    const bench = await hillock(['bench', '--batches', '2', '--threads', '1', '--json'], { cwd })
    expect(bench.events).toEqual([expect.objectContaining({ backend: 'wasm' })])
    const people = await hillock(['train', '--config', 'tiny.json', '--threads', '2'], { cwd })
    expect(people.stdout).toMatch(/on wasm, 2 threads/)
  }, 60_000)

  test('is wasm for neurons that see their whole layer too, and gives what the reference gives', async () => {
    const network = [{ dense: 16 }, { neuron: 'kWinners', k: 2 }, { dense: 10 }, { neuron: 'lif' }]
    await writeFile(join(cwd, 'competing.json'), JSON.stringify({ ...tiny, network }))
    const [wasm, slow] = [[], ['--backend', 'reference']].map((options) =>
      hillock(['train', '--config', 'competing.json', '--json', ...options], { cwd }),
    )
    expect((await wasm!).events[0]).toMatchObject({ event: 'start', backend: 'wasm' })
    const result = (await wasm!).events.at(-1)!.testAccuracy as number
    expect(Math.abs(result - ((await slow!).events.at(-1)!.testAccuracy as number))).toBeLessThanOrEqual(0.02)
  }, 60_000)
})

test('bench times batches and their parts', async () => {
  const args = ['bench', '--recipe', 'demo', '--backends', 'reference', '--batches', '3', '--json']
  const { code, events } = await hillock(args, { cwd })
  expect(code).toBe(0)
  const [{ msPerBatch, parts, rest: outside, ...about }] = events as [Record<string, Record<string, number>>]
  expect(outside).toEqual(expect.any(Number))
  expect(about).toEqual({ event: 'bench', recipe: 'demo', backend: 'reference', threads: 1, batches: 3, differs: 0 })
  expect(msPerBatch!.p25).toBeGreaterThan(0)
  expect(msPerBatch!.median).toBeGreaterThanOrEqual(msPerBatch!.p25!)
  expect(msPerBatch!.p75).toBeGreaterThanOrEqual(msPerBatch!.median!)
  expect(Object.keys(parts!)).toEqual(['encode', 'forward', 'backward', 'update'])
  expect(Object.values(parts!).every((ms) => ms > 0)).toBe(true)
}, 30_000)

test('recipes lists each one with its data, network, learner and source', async () => {
  const { events } = await hillock(['recipes', '--json'], { cwd })
  expect(events.find(({ name }) => name === 'lif-tutorial')).toMatchObject({
    event: 'recipe',
    dataset: 'mnist',
    network: '128 leaky, 10 leaky',
    learner: 'bptt',
    source: expect.stringContaining('003'),
  })
  const { stdout } = await hillock(['recipes'], { cwd })
  expect(stdout).toMatch(/^recipe +dataset +network +learner +source\n/)
})

test.each(['train', 'evaluate', 'analyze', 'plot', 'import', 'export', 'bench', 'recipes', 'info'])(
  '%s --help gives an example',
  async (command) => {
    const { code, stdout } = await hillock([command, '--help'], { cwd })
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`Example:\n {2}\\$ hillock ${command}`))
  },
)
