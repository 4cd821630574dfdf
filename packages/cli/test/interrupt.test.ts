import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCheckpoint } from '@hillock/core'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { hillock } from './run.ts'

const network = [{ dense: 12 }, { neuron: 'lif' }, { dense: 10 }, { neuron: 'lif' }]
const tiny = { extends: 'demo', dataset: { name: 'glyphs', train: 240, test: 10 }, steps: 6, network, batchSize: 4 }
/** Its test takes seconds, between whose batches signals are answered. */
const slow = { ...tiny, dataset: { name: 'glyphs', train: 4, test: 8000 }, steps: 20 }

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hillock-'))
  await writeFile(join(cwd, 'tiny.json'), JSON.stringify(tiny))
  await writeFile(join(cwd, 'slow.json'), JSON.stringify(slow))
})
afterAll(() => rm(cwd, { recursive: true }))

type End = (signal?: NodeJS.Signals) => void

/** Meddles once, when something has been printed. */
function once(text: string, act: (end: End) => void) {
  let done = false
  return (stdout: string, end: End) => {
    if (done || !stdout.includes(text)) return
    done = true
    act(end)
  }
}

const train = ['train', '--config', 'tiny.json', '--epochs', '100000']
const signals = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const

describe.each(signals)('%s', (signal, exitCode) => {
  test('once finishes the batch, writes what there is, says how to go on, and is no success', async () => {
    const meddle = once('epoch 1/', (end) => end(signal))
    const { code, stdout, stderr } = await hillock([...train, '--out', signal], { cwd, meddle })
    expect(code).toBe(exitCode)
    expect(stderr).toContain(`${signal}: stopping after this batch`)
    expect(stdout).toContain('stopped before the end')
    expect(stdout).toContain(`to resume: hillock train --resume ${signal}\n`)
    const { counters } = readCheckpoint(await readFile(join(cwd, signal, 'checkpoint.safetensors')))
    expect(counters.batches).toBeGreaterThan(0)
    const epochs = String(counters.epochs + 1)
    expect((await hillock(['train', '--resume', signal, '--epochs', epochs], { cwd })).code).toBe(0)
  }, 30_000)

  test('ends at once what has nothing to keep', async () => {
    const meddle = once('{"event":"bench"', (end) => end(signal))
    const args = ['bench', '--recipe', 'demo', '--recipe', 'demo', '--batches', '1', '--json']
    expect(await hillock(args, { cwd, meddle })).toMatchObject({ code: exitCode, stderr: '' })
  }, 30_000)
})

test('what one signal is passed on as, by npm or a shell, is still one', async () => {
  const meddle = once('"event":"start"', (end) => {
    setTimeout(() => end('SIGINT'), 300)
    setTimeout(() => end('SIGINT'), 320)
    setTimeout(() => end('SIGHUP'), 340)
  })
  const args = ['train', '--config', 'slow.json', '--backend', 'reference', '--epochs', '2', '--json']
  const { code, events } = await hillock(args, { cwd, meddle })
  expect([code, events.at(-1)]).toMatchObject([130, { event: 'result', stopped: true }])
}, 30_000)

test('a second signal ends at once', async () => {
  const meddle = once('"event":"start"', (end) => {
    setTimeout(() => end('SIGINT'), 300)
    setTimeout(() => end('SIGTERM'), 800)
  })
  const args = ['train', '--config', 'slow.json', '--backend', 'reference', '--epochs', '2', '--json']
  const { code, events, stderr } = await hillock(args, { cwd, meddle })
  expect([code, events.map(({ event }) => event)]).toEqual([143, ['start']])
  expect(stderr).not.toContain('    at ')
}, 30_000)

test('a signal that comes when all is done stops nothing', async () => {
  const meddle = once('"event":"start"', (end) => setTimeout(() => end('SIGINT'), 300))
  const args = ['train', '--config', 'slow.json', '--backend', 'reference', '--epochs', '1', '--json']
  const { code, events } = await hillock(args, { cwd, meddle })
  expect([code, events.at(-1)]).toMatchObject([0, { event: 'result', stopped: false }])
}, 30_000)

test.each([
  ['before a run trains', 0],
  ['while a run trains', 500],
])(
  'a sweep that is stopped %s is no success, and tells of the runs that it made',
  async (_, wait) => {
    const meddle = once('epochs=100000', (end) => setTimeout(() => end('SIGTERM'), wait))
    const args = ['train', '--config', 'tiny.json', '--sweep', 'hidden=6,7,8', '--sweep', 'epochs=2,100000']
    const { code, stdout } = await hillock(args, { cwd, meddle })
    expect(code).toBe(143)
    expect(stdout.match(/^--- .*/gm)).toEqual(['--- hidden=6,epochs=2', '--- hidden=6,epochs=100000'])
    expect(stdout.trimEnd().split('\n').slice(-3)).toEqual([
      expect.stringMatching(/^hidden +epochs +test accuracy/),
      expect.stringMatching(/^ +6 +2 /),
      expect.stringMatching(/^ +6 +100000 /),
    ])
  },
  60_000,
)

describe('a download that is stopped', () => {
  /** A network on which a part of a file comes, and then nothing more. */
  const stalled = `globalThis.fetch = async (_, { signal }) => {
    const body = new ReadableStream({ start(out) {
      out.enqueue(new Uint8Array(1000))
      const open = setInterval(() => {}, 1000)
      signal.addEventListener('abort', () => out.error(signal.reason, clearInterval(open)))
      process.stdout.write('{"event":"part"}\\n')
    } })
    return new Response(body)
  }`
  const flags = ['--import', `data:text/javascript,${encodeURIComponent(stalled)}`]

  test.each([
    ['train', ['--recipe', 'keras-lif']],
    ['bench', ['--recipe', 'keras-lif']],
    ['analyze', ['stdp', '--recipe', 'keras-lif']],
  ])(
    'in %s leaves what has come, for the next one, and nothing else',
    async (command, args) => {
      const saved = { ...process.env }
      Object.assign(process.env, { XDG_CACHE_HOME: join(cwd, 'cache'), HILLOCK_DATA: '' })
      try {
        const meddle = once('part', (end) => end('SIGTERM'))
        expect(await hillock([command, ...args, '--json'], { cwd, meddle, flags })).toMatchObject({
          code: 143,
          stdout: '{"event":"part"}\n',
        })
        const left = await readdir(join(cwd, 'cache'), { recursive: true, withFileTypes: true })
        const files = left.filter((entry) => !entry.isDirectory())
        expect(files.map(({ name }) => name)).toEqual(['train-images-idx3-ubyte.gz.part'])
      } finally {
        process.env = saved
      }
    },
    30_000,
  )
})

describe('whoever reads the output may leave early', () => {
  test('of a list', async () => {
    const { code, stderr } = await hillock(['recipes', '--json'], { cwd, leave: true })
    expect([code, stderr]).toEqual([141, ''])
  })

  test.each([
    ['for programs', ['--json']],
    ['for people', []],
  ])(
    'of a run, which then is stopped as by a signal: %s',
    async (reader, options) => {
      const out = `left ${reader}`
      const { code, stderr } = await hillock([...train, '--out', out, ...options], { cwd, leave: true })
      expect([code, stderr]).toEqual([141, expect.stringContaining('SIGPIPE: stopping after this batch')])
      expect(stderr).not.toContain('    at ')
      expect(await readdir(join(cwd, out))).toContain('checkpoint.safetensors')
    },
    30_000,
  )
})

test('a run that is done but could not tell so is no success', async () => {
  const line = ['bash', '-c', '"$@" > /dev/full', 'bash']
  const { code, stderr } = await hillock(['train', '--config', 'tiny.json', '--epochs', '1', '--limit', '4'], {
    cwd,
    through: line,
  })
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^HILLOCK_OUTPUT: standard output .*ENOSPC/m)])
}, 30_000)

test('an output that has no room is an error', async () => {
  const line = ['bash', '-c', '"$@" > /dev/full', 'bash']
  const { code, stderr } = await hillock(['recipes'], { cwd, through: line })
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^HILLOCK_OUTPUT: standard output .*ENOSPC.*\n.+\n$/)])
})
