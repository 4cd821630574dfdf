import { appendFileSync, existsSync } from 'node:fs'
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCheckpoint } from '@hillock/core'
import { whereFound } from '@hillock/testing'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { makeFolder, writeWhole } from '../src/output/files.ts'
import { binding, hillock, withoutOverride } from './run.ts'

/** Epochs of one batch and a wide layer, so that much of the time goes into writing. */
const wide = {
  extends: 'demo',
  dataset: { name: 'glyphs', train: 8, test: 1 },
  steps: 3,
  network: [{ dense: 256 }, { neuron: 'lif' }, { dense: 10 }, { neuron: 'lif' }],
  batchSize: 4,
}

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hillock-'))
  await writeFile(join(cwd, 'wide.json'), JSON.stringify(wide))
})
afterAll(() => rm(cwd, { recursive: true }))

const checkpoint = async (folder: string) => readCheckpoint(await readFile(join(cwd, folder, 'checkpoint.safetensors')))
const begin = ['train', '--config', 'wide.json', '--backend', 'reference', '--json']
const epochsIn = (stdout: string) => stdout.split('"event":"epoch"').length - 1

/** HILLOCK_KILLS asks for more of them, and tells how it went; HILLOCK_KILL_LOG asks for a line about each. */
const kills = Number(process.env.HILLOCK_KILLS ?? 5)
const log = (line: string) => process.env.HILLOCK_KILL_LOG && appendFileSync(process.env.HILLOCK_KILL_LOG, `${line}\n`)

test('killed at any moment, a run leaves a whole checkpoint no older than it told, and goes on from it', async () => {
  let told = 0
  let cutShort = 0
  for (let kill = 1; kill <= kills; kill++) {
    const after = 250 * Math.random()
    const from = kill === 1 ? begin : ['train', '--resume', 'killed', '--json']
    // the first run has to leave something; later ones may be killed before they have trained at all
    const awaited = kill === 1 ? '"event":"epoch"' : '"event":"start"'
    let sent = false
    const meddle = (stdout: string, end: (signal?: NodeJS.Signals) => void) => {
      if (sent || !stdout.includes(awaited)) return
      sent = true
      setTimeout(() => end('SIGKILL'), after)
    }
    const { code, stdout } = await hillock([...from, '--epochs', '100000', '--out', 'killed'], { cwd, meddle })
    expect(code).toBe(null)
    told += epochsIn(stdout)
    const left = await readdir(join(cwd, 'killed'))
    const { counters } = await checkpoint('killed')
    const writing = left.some((name) => name.endsWith('.tmp'))
    if (writing) cutShort++
    log(`kill ${kill}: ${after.toFixed(0)} ms after it began; told ${told}, saved ${counters.epochs}; left ${left}`)
    expect([told, told + 1]).toContain(counters.epochs)
    expect(left.length).toBeLessThanOrEqual(2)
    told = counters.epochs
  }
  if (process.env.HILLOCK_KILLS) console.log({ kills, whileWriting: cutShort })
  const epochs = String(told + 1)
  expect((await hillock(['train', '--resume', 'killed', '--epochs', epochs], { cwd })).code).toBe(0)
  expect((await readdir(join(cwd, 'killed'))).filter((name) => name.endsWith('.tmp'))).toEqual([])
  expect((await hillock([...begin, '--epochs', epochs, '--out', 'unharmed'], { cwd })).code).toBe(0)
  const model = (folder: string) => readFile(join(cwd, folder, 'model.safetensors'))
  expect((await model('killed')).equals(await model('unharmed'))).toBe(true)
}, 3_600_000)

describe('where nothing more can be written', () => {
  test('training goes on with a warning, and the checkpoint before is left as it was', async () => {
    const first = await hillock([...begin, '--epochs', '1', '--out', 'full'], { cwd })
    expect(first.code).toBe(0)
    const before = await readFile(join(cwd, 'full', 'checkpoint.safetensors'))
    const largest = Math.floor(before.length / 1024) - 1
    const args = ['train', '--resume', 'full', '--epochs', '3', '--json']
    const { code, events } = await hillock(args, { cwd, largest })
    expect(code).toBe(0)
    const warnings = events.filter(({ code }) => code === 'HILLOCK_OUTPUT')
    expect(warnings.map(({ message }) => message)).toEqual(
      Array(2).fill(expect.stringMatching(/cannot be written: .*training continues; full.*is whole, after epoch 1$/)),
    )
    expect((await readFile(join(cwd, 'full', 'checkpoint.safetensors'))).equals(before)).toBe(true)
    expect((await readdir(join(cwd, 'full'))).filter((name) => name.endsWith('.tmp'))).toEqual([])
    expect(events.at(-1)).toMatchObject({ event: 'result', epochs: 3 })
  }, 60_000)

  test('not even the model, the error tells where the last checkpoint is', async () => {
    const { code, stderr } = await hillock(['train', '--resume', 'full', '--epochs', '3'], { cwd, largest: 10 })
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /HILLOCK_OUTPUT: full.model.safetensors cannot be written.*\nfull.checkpoint.safetensors is whole, after epoch 1: make room, then hillock train --resume full\n/,
    )
    expect((await checkpoint('full')).counters.epochs).toBe(1)
  }, 60_000)

  whereFound('because the folder is read-only', binding, () => {
    test('the run ends before it begins', async () => {
      const folder = join(cwd, 'locked')
      await mkdir(folder)
      await chmod(folder, 0o555)
      const { code, events } = await hillock([...begin, '--out', 'locked'], { cwd, through: withoutOverride })
      expect([code, events]).toEqual([
        1,
        [{ event: 'error', code: 'HILLOCK_OUTPUT', message: expect.stringMatching(/locked.*EACCES/) }],
      ])
      expect(await readdir(folder)).toEqual([])
    }, 60_000)
  })
})

test('a folder is made along with those above it, and where there can be none it is an error, not an endless try', async () => {
  await makeFolder(join(cwd, 'made', 'as', 'needed'))
  await makeFolder(join(cwd, 'made', 'as', 'needed'))
  expect((await stat(join(cwd, 'made', 'as', 'needed'))).isDirectory()).toBe(true)
  await writeFile(join(cwd, 'made', 'file'), '')
  for (const impossible of [join(cwd, 'made', 'file'), join(cwd, 'made', 'file', 'below'), '/proc/hillock/out']) {
    await expect(makeFolder(impossible)).rejects.toMatchObject({ code: 'HILLOCK_OUTPUT' })
  }
}, 10_000)

describe('a file is written', () => {
  const inside = (name: string) => join(cwd, 'files', name)
  beforeAll(() => mkdir(join(cwd, 'files')))

  test('in place of a link, not where the link leads', async () => {
    await writeFile(inside('target'), 'untouched')
    await symlink(inside('target'), inside('link'))
    await symlink(inside('target'), inside(`link.${process.pid}.tmp`))
    await writeWhole(inside('link'), 'new')
    expect(await readFile(inside('link'), 'utf8')).toBe('new')
    expect(await readFile(inside('target'), 'utf8')).toBe('untouched')
  })

  test('and nothing of it is left if the process ends meanwhile, as by a signal', async () => {
    const before = process.listeners('exit')
    const writing = writeWhole(inside('half'), new Uint8Array(2 ** 26))
    const halves = async () => (await readdir(join(cwd, 'files'))).filter((name) => name.startsWith('half'))
    while ((await halves()).length === 0);
    const [atExit, ...more] = process.listeners('exit').filter((listener) => !before.includes(listener))
    expect(more).toEqual([])
    atExit!(130)
    expect(await halves()).toEqual([])
    await expect(writing).rejects.toMatchObject({ code: 'HILLOCK_OUTPUT' })
    expect(process.listeners('exit')).toEqual(before)
  })

  test('and what processes left of it that were killed long ago is removed, and nothing else', async () => {
    const old = ['x.1.tmp', 'x.0123456789abcdef.tmp', 'y.1.tmp', 'x.old.tmp', 'x.tmp']
    const recent = [`x.${process.pid}.tmp`, 'x.fedcba9876543210.tmp']
    for (const name of [...old, ...recent]) await writeFile(inside(name), '')
    for (const name of old) await utimes(inside(name), 0, 0)
    await writeWhole(inside('x'), 'new')
    const left = (await readdir(join(cwd, 'files'))).filter((name) => /^[xy]\b/.test(name))
    expect(left.sort()).toEqual(['x', 'x.old.tmp', 'x.tmp', 'y.1.tmp', ...recent].sort())
  })

  test('and then its folder is flushed, so that it outlasts a power cut', async () => {
    const flushed: string[] = []
    const handle = await open(cwd)
    const sync = jest.spyOn(Object.getPrototypeOf(handle), 'sync').mockImplementation(async function (this: unknown) {
      const path = await readlink(`/proc/self/fd/${(this as { fd: number }).fd}`)
      flushed.push(`${path.replace(/[0-9a-f]{16}/, '*')} ${existsSync(inside('deep/er/file'))}`)
    })
    await writeWhole(inside('deep/er/file'), 'new')
    sync.mockRestore()
    await handle.close()
    expect(flushed).toEqual([
      `${inside('')} false`.replace('/ ', ' '),
      `${inside('deep')} false`,
      `${inside('deep/er/file')}.*.tmp false`,
      `${inside('deep/er')} true`,
    ])
  })
})

/** Node's own guard: whoever writes elsewhere is refused, and fails. */
const guard = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission'

test('a run does with leave to write into --out alone', async () => {
  const out = join(cwd, 'guarded')
  await mkdir(out)
  const flags = [guard, '--allow-fs-read=*', `--allow-fs-write=${join(out, '*')}`, '--allow-worker']
  const guarded = (...args: string[]) => hillock(args, { cwd, flags })
  const train = await guarded('train', '--config', join(cwd, 'wide.json'), '--epochs', '2', '--out', out)
  expect(train).toMatchObject({ code: 0 })
  expect(await guarded('train', '--resume', out, '--epochs', '3')).toMatchObject({ code: 0 })
  expect(await guarded('evaluate', '--model', join(out, 'model.safetensors'))).toMatchObject({ code: 0 })
  const elsewhere = await guarded('train', '--config', join(cwd, 'wide.json'), '--out', join(cwd, 'elsewhere'))
  expect(elsewhere).toMatchObject({ code: 1, stderr: expect.stringContaining('HILLOCK_OUTPUT') })
}, 120_000)

test('nothing outside of --out is written', async () => {
  const apart = join(cwd, 'apart')
  const places = ['home', 'temporary', 'here', 'out']
  for (const name of places) await mkdir(join(apart, name), { recursive: true })
  const saved = { ...process.env }
  Object.assign(process.env, { HOME: join(apart, 'home'), TMPDIR: join(apart, 'temporary'), XDG_CACHE_HOME: '' })
  try {
    const options = { cwd: join(apart, 'here') }
    const args = ['train', '--config', join(cwd, 'wide.json'), '--epochs', '2', '--out', join(apart, 'out')]
    expect((await hillock(args, options)).code).toBe(0)
    expect((await hillock(['train', '--resume', join(apart, 'out'), '--epochs', '3'], options)).code).toBe(0)
    expect((await hillock(['evaluate', '--model', join(apart, 'out', 'model.safetensors')], options)).code).toBe(0)
  } finally {
    process.env = saved
  }
  for (const name of places.slice(0, 3)) expect(await readdir(join(apart, name))).toEqual([])
  const files = await readdir(join(apart, 'out'))
  expect(files.sort()).toEqual(['checkpoint.safetensors', 'model.safetensors', 'report.json', 'spikes.svg'])
  for (const file of files) expect((await stat(join(apart, 'out', file))).isFile()).toBe(true)
}, 60_000)
