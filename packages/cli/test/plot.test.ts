import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { plotKinds } from '../src/plots/kinds.ts'
import { run } from '../src/program.ts'
import { hillock } from './run.ts'

// the first picture loads Vega, which takes seconds on a machine with other things to do
jest.setTimeout(60_000)

const tiny = {
  extends: 'demo',
  dataset: { name: 'glyphs', train: 120, test: 40 },
  encoder: { name: 'regularRate', maxRate: 200, dt: 2e-3 },
  steps: 8,
  network: [{ dense: 120 }, { neuron: 'lif', threshold: 0.3 }, { dense: 10 }, { neuron: 'leaky', threshold: 0.3 }],
  epochs: 2,
}

let cwd: string
let model: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hillock-'))
  model = join(cwd, 'out', 'model.safetensors')
  await writeFile(join(cwd, 'tiny.json'), JSON.stringify(tiny))
  expect((await hillock(['train', '--config', 'tiny.json', '--out', 'out'], { cwd })).code).toBe(0)
}, 60_000)
afterAll(() => rm(cwd, { recursive: true }))

/** Runs `hillock plot` here, in this process; what it printed, and its exit code. */
async function plot(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const printed = { stdout: '', stderr: '' }
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    jest.spyOn(process[stream], 'write').mockImplementation((text) => {
      printed[stream] += text
      return true
    }),
  )
  try {
    return { code: await run(['plot', ...args]), ...printed }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

/** Draws a kind and reads its texts. */
async function textsOf(kind: string, ...args: string[]): Promise<string[]> {
  const file = join(cwd, `${kind}.svg`)
  const { code, stderr } = await plot('--model', model, '--kind', kind, '--out', file, ...args)
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('HILLOCK')])
  const svg = await readFile(file, 'utf8')
  expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/)
  return Array.from(svg.matchAll(/<text[^>]*>([^<]*)</g), ([, text]) => text!)
}

const on = ['--backend', 'reference']

describe('hillock plot draws', () => {
  test.each<[string, string[], string[]]>([
    ['raster', on, ['input', 'layer1 (lif)', 'layer2 (leaky)', 'time (ms)']],
    ['membrane', on, ['current', 'membrane (pre)', 'threshold', 'time (ms)']],
    ['membrane', [...on, '--layer', '2', '--neurons', '9,0'], ['neuron 0', 'neuron 9', 'membrane (v)']],
    ['states', on, ['layer1 (lif)', 'membrane (v)', 'output']],
    ['states', [...on, '--layer', 'layer2', '--show', 'fired'], ['layer2 (leaky)', 'fired']],
    ['counts', on, ['spike count of each pixel', 'spike count of each class']],
    ['input', [], ['tiny: test example 0 (class 5)']],
    ['weights', [], ['tiny: weights into the first 100 of 120 units of layer1', '99']],
    ['weights', ['--neurons', '119,3'], ['tiny: weights into 2 units of layer1', '119', '3']],
    ['weights', ['--layer', 'layer2'], ['tiny: weights into 10 units of layer2', 'unit', 'input']],
    ['templates', [], ['class 0', 'class 9']],
    ['confusion', on, ['true class', 'predicted class']],
    ['curves', [], ['training loss', 'training', 'test', 'epoch']],
    ['density', [], ['input', 'layer1 (lif)', 'layer2 (leaky)', 'epoch']],
  ])('%s %j', async (kind, args, wanted) => {
    expect(await textsOf(kind, ...args)).toEqual(expect.arrayContaining(wanted))
  })

  test('every kind there is', async () => {
    const drawn = (await readdir(cwd)).filter((name) => name.endsWith('.svg'))
    expect(drawn.sort()).toEqual(plotKinds.map((kind) => `${kind}.svg`).sort())
  })

  test('the example that is asked for', async () => {
    const [first, other] = [await textsOf('input'), await textsOf('input', '--sample', '39')]
    expect(other[0]).toMatch(/test example 39/)
    expect(first).not.toEqual(other)
  })

  test('the events of a file, without a model', async () => {
    const recording = join(cwd, 'three.csv')
    await writeFile(recording, 't,x,y,p\n0,3,4,1\n2000,3,5,0\n4000,4,5,1\n')
    const file = join(cwd, 'events.svg')
    const { code, stdout } = await plot('--file', recording, '--out', file, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ event: 'plot', recording, events: 3, skipped: {}, file })
    expect(await readFile(file, 'utf8')).toContain('three.csv: 3 events')
  })

  test('what a checkpoint tells, without a report beside it', async () => {
    const apart = join(cwd, 'apart', 'checkpoint.safetensors')
    await mkdir(join(cwd, 'apart'))
    await copyFile(join(cwd, 'out', 'checkpoint.safetensors'), apart)
    const file = join(cwd, 'apart', 'curves.svg')
    expect(await plot('--model', apart, '--kind', 'curves', '--out', file)).toMatchObject({ code: 0 })
    expect(await readFile(file, 'utf8')).toContain('training loss')
  })
})

test('a network that is shown images row by row', async () => {
  const network = [{ dense: 12 }, { neuron: 'lif', recurrent: {} }, { dense: 10 }, { neuron: 'lif' }]
  const rows = { ...tiny, name: 'rows', encoder: { name: 'constant', rows: true }, steps: 28, network, epochs: 1 }
  const [config, out] = [join(cwd, 'rows.json'), join(cwd, 'rows')]
  await writeFile(config, JSON.stringify(rows))
  expect((await hillock(['train', '--config', config, '--out', out, ...on], { cwd })).code).toBe(0)
  for (const kind of ['raster', 'membrane', 'states', 'counts', 'input', 'weights']) {
    const texts = await textsOf(kind, '--model', join(out, 'model.safetensors'))
    expect(texts).toContainEqual(expect.stringMatching(/^rows: /))
  }
}, 60_000)

test('in a process of its own it says what it wrote: a PNG, or KIND.svg where it is not told', async () => {
  const args = ['plot', '--model', 'out/model.safetensors', '--kind']
  const png = await hillock([...args, 'counts', '--sample', '2', '--out', 'new/c.PNG', '--json'], { cwd })
  const bytes = await readFile(join(cwd, 'new', 'c.PNG'))
  const about = { recipe: 'tiny', kind: 'counts', dataset: 'glyphs', sample: 2 }
  const numbers = { label: expect.any(Number), prediction: expect.any(Number) }
  expect([png.code, png.stderr]).toEqual([0, ''])
  expect(png.events).toEqual([{ event: 'plot', ...about, ...numbers, file: 'new/c.PNG', bytes: bytes.length }])
  expect([...bytes.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47])
  const svg = await hillock([...args, 'templates'], { cwd: join(cwd) })
  expect([svg.code, svg.stdout]).toEqual([0, 'written: templates.svg\n'])
}, 60_000)

test('train draws the spikes of the first test example', async () => {
  const svg = await readFile(join(cwd, 'out', 'spikes.svg'), 'utf8')
  for (const text of ['tiny: spikes for test example 0', '>input<', '>layer2 (leaky)<']) expect(svg).toContain(text)
})

test('what draws is loaded when something is drawn, not by every command', async () => {
  const source = new URL('../src/', import.meta.url)
  const files = (await readdir(source, { recursive: true })).filter((name) => name.endsWith('.ts'))
  const atOnce = []
  for (const name of files) {
    const text = await readFile(new URL(name, source), 'utf8')
    if (/^(?:import|export) (?!type\b)[^'=]*from '@hillock\/plot'/m.test(text)) atOnce.push(name)
  }
  expect(files.length).toBeGreaterThan(40)
  expect(atOnce).toEqual([])
})

describe('a mistake', () => {
  test.each<[string, string[], number, string, RegExp]>([
    ['no kind', ['--model', 'out'], 2, 'HILLOCK_USAGE', /--kind/],
    ['an unknown kind', ['--kind', 'spikes', '--model', 'out'], 2, 'HILLOCK_USAGE', /raster, membrane/],
    ['no such file', ['--kind', 'raster', '--model', 'nowhere'], 2, 'HILLOCK_USAGE', /nowhere cannot be read/],
    ['another picture', ['--kind', 'raster', '--out', 'x.pdf'], 2, 'HILLOCK_USAGE', /\.svg or \.png/],
    ['no such example', ['--kind', 'raster', '--sample', '40'], 2, 'HILLOCK_USAGE', /glyphs has 40 of them/],
    ['a negative example', ['--kind', 'raster', '--sample', '-1'], 2, 'HILLOCK_USAGE', /whole number/],
    ['no such layer', ['--kind', 'weights', '--layer', 'layer3'], 2, 'HILLOCK_USAGE', /layer1/],
    ['no such neuron', ['--kind', 'weights', '--neurons', '1,120'], 2, 'HILLOCK_USAGE', /no neuron 120\nit has 120/],
    ['no neurons', ['--kind', 'weights', '--neurons', '1,,2'], 2, 'HILLOCK_USAGE', /whole number/],
    ['no such state', ['--kind', 'states', '--show', 'w'], 2, 'HILLOCK_USAGE', /cannot record 'w'[\s\S]*spike, v/],
    [
      'a misspelt state',
      ['--kind', 'states', '--show', 'prr'],
      2,
      'HILLOCK_USAGE',
      /cannot record 'prr'[\s\S]*did you mean 'pre'/,
    ],
    ['two membranes', ['--kind', 'membrane', '--show', 'v,pre'], 2, 'HILLOCK_USAGE', /--kind states/],
    ['an idle option', ['--kind', 'curves', '--sample', '1'], 2, 'HILLOCK_USAGE', /--sample has no effect/],
    [
      'other data',
      ['--kind', 'input', '--dataset', 'mnist', '--data', 'nowhere'],
      1,
      'HILLOCK_DATA_MISSING',
      /nowhere/,
    ],
    ['an unknown backend', ['--kind', 'raster', '--backend', 'none'], 2, 'HILLOCK_PLUGIN', /backend-none/],
  ])('%s: its code and what to do', async (_, args, exitCode, errorCode, what) => {
    const { code, stdout, stderr } = await plot(
      ...(args.includes('--model') ? [] : ['--model', model]),
      ...args,
      '--json',
    )
    expect(stderr).toMatch(new RegExp(`^${errorCode}: .`))
    expect(stderr).toMatch(what)
    expect(code).toBe(exitCode)
    expect(JSON.parse(stdout)).toEqual({ event: 'error', code: errorCode, message: expect.any(String) })
  })

  test('no model', async () => {
    const found = await plot('--kind', 'raster')
    expect(found).toMatchObject({ code: 2, stderr: expect.stringMatching(/^HILLOCK_USAGE: .*--model/) })
  })

  test.each<[string, string[], string, RegExp]>([
    [
      'an option of models',
      ['--file', 'a.csv', '--kind', 'raster'],
      'HILLOCK_USAGE',
      /--kind has no effect with --file/,
    ],
    ['one of many in a file of one', ['--file', 'a.csv', '--sample', '1'], 'HILLOCK_USAGE', /--sample has no effect/],
    ['no such recording', ['--file', 'nowhere.csv'], 'HILLOCK_USAGE', /nowhere\.csv cannot be read/],
    ['a file of no known format', ['--file', 'plot.test.ts'], 'HILLOCK_UNSUPPORTED', /plot\.test\.ts/],
  ])('with a recording, %s', async (_, args, code, what) => {
    const paths = args.map((arg) => (arg === 'plot.test.ts' ? fileURLToPath(import.meta.url) : arg))
    const { stderr } = await plot(...paths)
    expect(stderr).toMatch(new RegExp(`^${code}: `))
    expect(stderr).toMatch(what)
  })

  test('a file of another kind', async () => {
    const found = await plot('--model', join(cwd, 'tiny.json'), '--kind', 'weights')
    expect(found).toMatchObject({ code: 1, stderr: expect.stringMatching(/^HILLOCK_DATA_DAMAGED: /) })
  })

  test('a place that cannot be written to, found before any work', async () => {
    const out = join(cwd, 'tiny.json', 'x.svg')
    const found = await plot('--model', model, '--kind', 'confusion', '--out', out)
    expect(found).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^HILLOCK_OUTPUT: /),
    })
    expect(found.stderr).not.toMatch(/evaluating/)
  })

  test('a neuron that has no membrane', async () => {
    const network = [{ dense: 4 }, { neuron: 'relu' }, { dense: 10 }, { neuron: 'linear' }]
    await writeFile(join(cwd, 'relu.json'), JSON.stringify({ ...tiny, network, epochs: 1 }))
    await hillock(['train', '--config', 'relu.json', '--limit', '8', '--out', 'relu'], { cwd })
    const file = join(cwd, 'relu', 'model.safetensors')
    const found = await plot('--model', file, '--kind', 'membrane', ...on)
    expect(found).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/relu, the neuron of layer1, has no membrane/),
    })
    const states = await plot('--model', file, '--kind', 'states', ...on, '--out', join(cwd, 'relu', 'states.png'))
    expect(states).toMatchObject({ code: 0 })
  }, 60_000)
})

describe('curves and density', () => {
  const copied = async (name: string, report?: string) => {
    const folder = join(cwd, name)
    await mkdir(folder)
    await copyFile(model, join(folder, 'model.safetensors'))
    if (report !== undefined) await writeFile(join(folder, 'report.json'), report)
    return plot('--model', join(folder, 'model.safetensors'), '--kind', 'curves', '--out', join(folder, 'x.svg'))
  }
  const report = async () => JSON.parse(await readFile(join(cwd, 'out', 'report.json'), 'utf8'))

  test('need a report, and say where it is to be', async () => {
    const found = await copied('alone')
    expect(found.code).toBe(1)
    expect(found.stderr).toMatch(/^HILLOCK_DATA_MISSING: .*report\.json[\s\S]*checkpoint\.safetensors/)
  })

  test('refuse the report of another run', async () => {
    const found = await copied('other', JSON.stringify({ ...(await report()), seed: 1 }))
    expect([found.code, found.stderr]).toEqual([1, expect.stringMatching(/^HILLOCK_DATA_DAMAGED: .*another run/)])
  })

  test.each([
    ['text', 'not JSON'],
    ['null', 'null'],
    ['list', '[]'],
  ])('refuse what is no report: %s', async (name, text) => {
    const found = await copied(name, text)
    expect([found.code, found.stderr]).toEqual([1, expect.stringMatching(/^HILLOCK_DATA_DAMAGED: /)])
  })

  test('refuse damaged epochs, and none', async () => {
    const damaged = await copied('damaged', JSON.stringify({ ...(await report()), epochs: [{ epoch: 'one' }] }))
    expect(damaged).toMatchObject({ code: 1, stderr: expect.stringMatching(/^HILLOCK_DATA_DAMAGED: .*epochs/) })
    const none = await copied('none', JSON.stringify({ ...(await report()), epochs: [] }))
    expect(none).toMatchObject({ code: 1, stderr: expect.stringMatching(/^HILLOCK_DATA_MISSING: .*no epoch/) })
  })
})
