import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCheckpoint } from '@hillock/core'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { hillock } from './run.ts'

/** Small batches, so that Ctrl-C mostly comes within an epoch; images move, and the moments remember. */
const tiny = {
  extends: 'demo',
  dataset: { name: 'glyphs', train: 240, test: 10, shift: 1 },
  steps: 6,
  network: [{ dense: 12 }, { neuron: 'lif' }, { dense: 10 }, { neuron: 'lif' }],
  epochs: 3,
  batchSize: 4,
}

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hillock-'))
  await writeFile(join(cwd, 'tiny.json'), JSON.stringify(tiny))
})
afterAll(() => rm(cwd, { recursive: true }))

const model = (folder: string) => readFile(join(cwd, folder, 'model.safetensors'))
const checkpoint = async (folder: string) => readCheckpoint(await readFile(join(cwd, folder, 'checkpoint.safetensors')))

/** Trains until Ctrl-C comes within an epoch, and tells which. */
async function interrupted(args: readonly string[], out: string): Promise<number> {
  for (let attempt = 0; attempt < 10; attempt++) {
    let sent = false
    const meddle = (stdout: string, kill: () => void) => {
      if (sent || !stdout.includes('"event":"epoch"')) return
      sent = true
      kill()
    }
    const endless = ['--epochs', '100000', '--out', out, '--force', '--json']
    const { code, events } = await hillock([...args, ...endless], { cwd, meddle })
    expect([code, events.at(-1)]).toMatchObject([
      130,
      { stopped: true, checkpoint: join(out, 'checkpoint.safetensors') },
    ])
    const { epochs, position } = (await checkpoint(out)).counters
    if (position > 0) return epochs + 1
  }
  throw new Error('Ctrl-C never came within an epoch')
}

describe('a resumed run ends with the same bytes as one never stopped', () => {
  test.each([
    ['reference', ['--backend', 'reference']],
    ['wasm, one thread', ['--backend', 'wasm', '--threads', '1']],
    ['wasm, two threads', ['--backend', 'wasm', '--threads', '2']],
  ])(
    'on %s, within an epoch and between two',
    async (name, on) => {
      const args = ['train', '--config', 'tiny.json', '--seed', '5', ...on]
      const out = (what: string) => `${name} ${what}`
      const epochs = String((await interrupted(args, out('stopped'))) + 1)
      const threads = on.slice(2)
      const resume = (folder: string) => ['train', '--resume', folder, '--epochs', epochs, ...threads]
      expect((await hillock(resume(out('stopped')), { cwd })).code).toBe(0)

      expect((await hillock([...args, '--epochs', '1', '--out', out('begun')], { cwd })).code).toBe(0)
      expect((await hillock(resume(out('begun')), { cwd })).code).toBe(0)

      expect((await hillock([...args, '--epochs', epochs, '--out', out('whole')], { cwd })).code).toBe(0)
      const wanted = await model(out('whole'))
      expect((await model(out('stopped'))).equals(wanted)).toBe(true)
      expect((await model(out('begun'))).equals(wanted)).toBe(true)
      expect(await checkpoint(out('begun'))).toMatchObject({ snapshot: (await checkpoint(out('whole'))).snapshot })
    },
    120_000,
  )

  test('with every learner', async () => {
    for (const learner of ['random-bp', 'eligibility', 'decolle']) {
      const args = ['train', '--config', 'tiny.json', '--learner', learner, '--limit', '80']
      const force = ['--force', '--out']
      expect((await hillock([...args, '--epochs', '2', ...force, 'whole'], { cwd })).code).toBe(0)
      expect((await hillock([...args, '--epochs', '1', ...force, 'half'], { cwd })).code).toBe(0)
      const rest = ['train', '--resume', 'half', '--epochs', '2', ...force, 'rest']
      expect((await hillock(rest, { cwd })).code).toBe(0)
      expect((await model('rest')).equals(await model('whole'))).toBe(true)
    }
  }, 120_000)
})

describe('--resume', () => {
  beforeAll(async () => {
    const args = ['train', '--config', 'tiny.json', '--epochs', '2', '--limit', '40', '--out', 'done']
    expect((await hillock(args, { cwd })).code).toBe(0)
    await mkdir(join(cwd, 'damaged'))
    const bytes = await readFile(join(cwd, 'done', 'checkpoint.safetensors'))
    await writeFile(join(cwd, 'damaged', 'checkpoint.safetensors'), bytes.subarray(0, -1))
  }, 30_000)

  test('of a run that is done writes what it had, and its checkpoint evaluates as its model', async () => {
    const before = await model('done')
    const { code, events } = await hillock(['train', '--resume', 'done', '--out', 'again', '--json'], { cwd })
    expect([code, events.at(-1)]).toMatchObject([0, { event: 'result', epochs: 2, stopped: false }])
    expect(events[0]).toMatchObject({ event: 'start', resumed: { epochs: 2, batches: 20, position: 0 } })
    expect((await model('again')).equals(before)).toBe(true)
    const report = JSON.parse(await readFile(join(cwd, 'again', 'report.json'), 'utf8'))
    expect(report.epochs.map(({ epoch }: { epoch: number }) => epoch)).toEqual([1, 2])
    const measure = async (file: string) =>
      (await hillock(['evaluate', '--model', join('done', file), '--json'], { cwd })).events[0]
    const { seconds: _, ...wanted } = (await measure('model.safetensors'))!
    expect(await measure('checkpoint.safetensors')).toMatchObject(wanted)
  }, 30_000)

  test('of a run that is done says so', async () => {
    const { code, stderr } = await hillock(['train', '--resume', 'done', '--epochs', '2', '--out', 'told'], { cwd })
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^all 2 epochs are already done$/m)])
  }, 30_000)

  test.each<[string, string[], number, RegExp]>([
    [
      'for fewer epochs than are done',
      ['--resume', 'done', '--epochs', '1'],
      2,
      /^HILLOCK_USAGE: --epochs 1: done is after epoch 2\n.*more than 2/,
    ],
    ['with another seed', ['--resume', 'done', '--seed', '0'], 2, /^HILLOCK_USAGE: .*cannot be used with --seed/],
    [
      'with another recipe',
      ['--resume', 'done', '--recipe', 'demo'],
      2,
      /^HILLOCK_USAGE: .*cannot be used with --recipe/,
    ],
    ['of a folder without a checkpoint', ['--resume', '.'], 2, /^HILLOCK_USAGE: checkpoint.safetensors cannot be read/],
    ['of a damaged one', ['--resume', 'damaged'], 1, /^HILLOCK_DATA_DAMAGED: /],
  ])(
    '%s is refused',
    async (_, args, exitCode, message) => {
      const { code, stderr } = await hillock(['train', ...args], { cwd })
      expect([code, stderr]).toEqual([exitCode, expect.stringMatching(message)])
    },
    30_000,
  )
})

describe('--resume --data', () => {
  /** The four files of 40 and 10 images of 4x4; `change` may alter a byte of one of them. */
  async function folder(name: string, change: (file: string, bytes: Uint8Array) => void = () => {}) {
    await mkdir(join(cwd, name))
    const write = async (file: string, shape: number[], modulus: number) => {
      const count = shape.reduce((product, size) => product * size, 1)
      const header = [0, 0, 8, shape.length, ...shape.flatMap((size) => [0, 0, 0, size])]
      const bytes = Uint8Array.from([...header, ...Array.from({ length: count }, (_, i) => (7 * i) % modulus)])
      change(file, bytes)
      await writeFile(join(cwd, name, file), bytes)
    }
    await write('train-images-idx3-ubyte', [40, 4, 4], 256)
    await write('train-labels-idx1-ubyte', [40], 10)
    await write('t10k-images-idx3-ubyte', [10, 4, 4], 251)
    await write('t10k-labels-idx1-ubyte', [10], 10)
  }

  test.each<[string, string, string]>([
    ['other training images', 'train-images-idx3-ubyte', '(train)'],
    ['other labels', 'train-labels-idx1-ubyte', '(train)'],
    ['other test images', 't10k-images-idx3-ubyte', '(test)'],
  ])(
    'refuses %s, as many as there were',
    async (_, changed, part) => {
      const name = part + changed
      await folder(`as begun ${name}`)
      await folder(`other ${name}`, (file, bytes) => {
        if (file === changed) bytes[bytes.length - 2] = (bytes[bytes.length - 2]! + 1) % 10
      })
      await writeFile(join(cwd, 'files.json'), JSON.stringify({ ...tiny, dataset: { name: 'mnist' }, epochs: 1 }))
      const out = ['--out', `run ${name}`]
      const begun = ['train', '--config', 'files.json', '--data', `as begun ${name}`, ...out]
      expect((await hillock(begun, { cwd })).code).toBe(0)
      const resume = (data: string) =>
        hillock(['train', '--resume', `run ${name}`, '--epochs', '2', '--data', `${data} ${name}`], { cwd })
      const { code, stderr } = await resume('other')
      expect([code, stderr]).toEqual([2, expect.stringContaining('HILLOCK_USAGE: the run began with other examples')])
      expect(stderr).toContain(part)
      expect((await checkpoint(`run ${name}`)).counters.epochs).toBe(1)
      expect((await resume('as begun')).code).toBe(0)
    },
    30_000,
  )
})
