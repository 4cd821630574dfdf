import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { reference } from '@hillock/core'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { aboutBackend, chooseBackend, describeBackend, explainChoice } from '../src/plugins/backends.ts'
import { isEmulated } from '../src/plugins/emulated.ts'
import { hillock } from './run.ts'

/** As it is built: the process has no sources. */
const core = new URL('../../core/dist/index.js', import.meta.url).href
const options = new URL('../../core/dist/entries/options.js', import.meta.url).href

jest.setTimeout(60_000)

/** A backend that hillock does not know, on devices of its own: the reference backend under another name. */
const sixth = `
  import { HillockError, reference } from '${core}'
  import { checkOptions, is } from '${options}'
  const devices = ['card A', 'card B']
  export const variants = { speed: ['fast', 'slow', 'absent'] }
  export const isAvailable = async ({ speed }) =>
    speed === 'absent' ? { available: false, reason: 'it is\\nabsent' } : { available: true, devices }
  export const sixth = async (options) => {
    checkOptions('sixth', options, { device: is.whole(0, 1), speed: is.text, warm: is.flag })
    const { device = 0, speed = 'fast', warm = false } = options
    if (speed === 'absent') throw new HillockError('HILLOCK_UNSUPPORTED', 'it is absent', { hint: 'buy one' })
    return { ...reference(), name: 'sixth', device: devices[device] + ', ' + speed + (warm ? ', warm' : '') }
  }
`
const tiny = {
  extends: 'demo',
  dataset: { name: 'glyphs', train: 64, test: 20 },
  steps: 4,
  network: [{ dense: 8 }, { neuron: 'lif' }, { dense: 10 }, { neuron: 'lif' }],
  epochs: 1,
}

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hillock-'))
  const folder = join(cwd, 'node_modules', 'hillock-backend-sixth')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', exports: './index.js' }))
  await writeFile(join(folder, 'index.js'), sixth)
  await writeFile(join(cwd, 'tiny.json'), JSON.stringify(tiny))
  const backend = { name: 'sixth:slow', device: 1, warm: true }
  await writeFile(join(cwd, 'slow.json'), JSON.stringify({ ...tiny, backend }))
})
afterAll(() => rm(cwd, { recursive: true }))

const train = (...args: string[]) => hillock(['train', '--config', 'tiny.json', '--json', ...args], { cwd })

describe('a backend of somebody else', () => {
  test('is found by the name of its package, with a variant and a device', async () => {
    const { events, stderr } = await train('--backend', 'sixth:slow', '--device', '1')
    expect(stderr).toBe('')
    expect(events[0]).toMatchObject({ event: 'start', backend: 'sixth:slow', device: 'card B, slow', threads: 1 })
    expect(events.at(-1)).toMatchObject({ event: 'result', backend: 'sixth:slow' })
  })

  test('is listed with its variants and devices, or why it is not available', async () => {
    const { events } = await hillock(['info', '--json'], { cwd })
    const devices = ['card A', 'card B']
    expect(events[0]!.backends).toEqual(
      expect.arrayContaining([
        { name: 'reference', available: true, devices: [expect.stringMatching(/, 1 thread$/)] },
        { name: 'wasm', available: true, devices: [expect.stringMatching(/, \d+ threads?$/)] },
        { name: 'sixth:fast', available: true, devices },
        { name: 'sixth:slow', available: true, devices },
        { name: 'sixth:absent', available: false, reason: 'it is; absent' },
      ]),
    )
    const { stdout } = await hillock(['info'], { cwd })
    expect(stdout).toMatch(/^backend +sixth:fast: available: 0 card A, 1 card B$/m)
    expect(stdout).toMatch(/^backend +sixth:absent: not available: it is; absent$/m)
  })

  test('takes its options from a recipe, and a run that is resumed keeps them', async () => {
    const args = ['train', '--config', 'slow.json', '--json']
    const { events } = await hillock([...args, '--out', 'slow'], { cwd })
    expect(events[0]).toMatchObject({ backend: 'sixth:slow', device: 'card B, slow, warm' })
    const resume = ['train', '--resume', 'slow', '--epochs', '2', '--json']
    const resumed = await hillock([...resume, '--out', 'longer'], { cwd })
    expect(resumed.events[0]).toMatchObject({ backend: 'sixth:slow', device: 'card B, slow, warm' })
    const moved = await hillock([...resume, '--out', 'moved', '--device', '0'], { cwd })
    expect(moved.events[0]).toMatchObject({ device: 'card A, slow, warm' })
    const other = await hillock([...args, '--backend', 'reference'], { cwd })
    expect(other.events[0]).toMatchObject({ backend: 'reference' })
    expect(other.events[0]).not.toHaveProperty('device')
    const model = ['--model', join('slow', 'model.safetensors')]
    const evaluation = await hillock(['evaluate', ...model, '--backend', 'sixth', '--json'], { cwd })
    expect(evaluation.events[0]).toMatchObject({ event: 'evaluation', backend: 'sixth', device: 'card A, fast' })
  })

  test('that does not work here is an error alone, and a row with the reason beside others', async () => {
    const alone = await hillock(['bench', '--backends', 'sixth:absent', '--batches', '1'], { cwd })
    expect([alone.code, alone.stderr]).toEqual([1, 'HILLOCK_UNSUPPORTED: it is absent\nbuy one\n'])
    const args = ['bench', '--backends', 'reference,sixth:absent,sixth:slow,wasm', '--threads', '1', '--batches', '2']
    const { events } = await hillock([...args, '--json'], { cwd })
    const recipe = 'demo'
    expect(events).toMatchObject([
      { event: 'bench', backend: 'sixth:absent', reason: 'it is absent; buy one' },
      { recipe, backend: 'reference', differs: 0 },
      { recipe, backend: 'sixth:slow', device: 'card A, slow', differs: 0 },
      { recipe, backend: 'wasm', threads: 1 },
    ])
    expect(events.at(-1)!.differs).toBeLessThan(1e-5)
    const two = ['bench', '--backends', 'wasm,sixth:absent', '--threads', '1', '--batches', '1']
    const { stdout } = await hillock(two, { cwd })
    expect(stdout).toMatch(/^demo +wasm +1 .* 1\.00x$/m)
    expect(stdout).toMatch(/^not available: sixth:absent: it is absent; buy one$/m)
  })
})

test.each([
  ['a variant that there is not', ['sixth:fats'], 2, 'HILLOCK_PLUGIN', /no variant 'fats'.*did you mean 'fast'/s],
  ['a variant of one that has none', ['reference:fast'], 2, 'HILLOCK_PLUGIN', /no variant 'fast'.*write reference/s],
  ['a device of one that has none', ['wasm', '--device', '0'], 2, 'HILLOCK_USAGE', /--device 0: wasm has no option/],
  ['a device that there is not', ['sixth', '--device', '2'], 2, 'HILLOCK_USAGE', /--device 2: sixth: 'device' is 2/],
  ['threads of one that has none', ['sixth', '--threads', '2'], 2, 'HILLOCK_USAGE', /--threads 2: sixth has no option/],
  ['an option of auto', ['auto', '--device', '1'], 2, 'HILLOCK_USAGE', /'auto' takes no device\nname the backend/],
  ['a device that does not work', ['sixth:absent'], 1, 'HILLOCK_UNSUPPORTED', /it is absent\nbuy one/],
])('%s is refused', async (_, backend, wanted, code, message) => {
  const ran = await train('--backend', ...backend)
  expect([ran.code, ran.events.at(-1)]).toMatchObject([wanted, { event: 'error', code }])
  expect(ran.stderr).toMatch(message)
})

test.each([
  ['a path', { name: 'sixth', library: './evil.so' }, /'backend.library' is wrong: a number, true or false, or a word/],
  ['an object', { name: 'sixth', speed: {} }, /'backend.speed' is wrong/],
  ['no name', { speed: 'slow' }, /'backend.name' is wrong/],
])('a backend of a recipe with %s is refused', async (_, backend, message) => {
  await writeFile(join(cwd, 'wrong.json'), JSON.stringify({ ...tiny, backend }))
  const { code, stderr } = await hillock(['train', '--config', 'wrong.json'], { cwd })
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^HILLOCK_RECIPE: /)])
  expect(stderr).toMatch(message)
})

test('auto says what it chose, and what it found of those before', async () => {
  const { events } = await train('--backend', 'auto', '--out', 'auto')
  const { backend, because } = events[0] as { backend: string; because: string[] }
  expect(because.at(-1)).toMatch(new RegExp(`^${backend}: `))
  expect(because.map((one) => one.split(':')[0])).toEqual(
    ['cuda', 'webgpu', 'wasm', 'reference'].slice(0, because.length),
  )
  const { stdout } = await hillock(['evaluate', '--model', join('auto', 'model.safetensors'), '--backend', 'auto'], {
    cwd,
  })
  expect(stdout).toContain(`auto chose ${backend}:\n  cuda: `)
  const resumed = await hillock(['train', '--resume', 'auto', '--json'], { cwd })
  expect(resumed.events[0]).toMatchObject({ backend })
  expect(resumed.events[0]).not.toHaveProperty('because')
})

test('one of the same name keeps the options of the recipe', () => {
  const inRecipe = { name: 'cuda', device: 1, graphs: true }
  expect(chooseBackend({}, inRecipe)).toEqual(inRecipe)
  expect(chooseBackend({ backend: 'cuda', device: 0 }, inRecipe)).toEqual({ ...inRecipe, device: 0 })
  expect(chooseBackend({ backend: 'webgpu' }, inRecipe)).toEqual({ name: 'webgpu' })
})

test('devices that are emulated are told', () => {
  for (const device of ['SwiftShader driver 5.0.0, google', 'llvmpipe (LLVM 15.0.6)', 'Microsoft Basic Render Driver'])
    expect([device, isEmulated(device)]).toEqual([device, true])
  for (const device of ['NVIDIA H200, CUDA 13.0', 'Apple M3', 'AMD Radeon RX 7900 (RADV)'])
    expect([device, isEmulated(device)]).toEqual([device, false])
  const about = aboutBackend({
    backend: { ...reference(), device: 'SwiftShader' } as ReturnType<typeof reference>,
    spec: { name: 'webgpu' },
    because: ['webgpu: SwiftShader'],
  })
  expect(about).toEqual({
    backend: 'webgpu',
    threads: 1,
    device: 'SwiftShader',
    emulated: true,
    because: ['webgpu: SwiftShader'],
  })
  expect(describeBackend(about)).toBe('webgpu, SwiftShader, emulated')
  expect(explainChoice(about)).toBe('auto chose webgpu:\n  webgpu: SwiftShader\n')
})
