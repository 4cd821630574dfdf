import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { whereFound } from '@hillock/testing'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { lockFolder } from '../src/run/lock.ts'
import { bin, hillock } from './run.ts'

const tiny = { extends: 'demo', dataset: { name: 'glyphs', train: 64, test: 20 }, steps: 3, epochs: 1 }
const train = ['train', '--config', 'tiny.json', '--backend', 'reference', '--json']

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hillock-'))
  await writeFile(join(cwd, 'tiny.json'), JSON.stringify(tiny))
})
afterAll(() => rm(cwd, { recursive: true }))

const inside = (...path: string[]) => join(cwd, ...path)
const runFiles = ['checkpoint.safetensors', 'model.safetensors', 'report.json', 'spikes.svg']
const refused = (...found: (string | RegExp)[]) =>
  expect.objectContaining({
    code: 1,
    events: [
      expect.objectContaining({
        event: 'error',
        code: 'HILLOCK_OUTPUT',
        message: expect.stringMatching(
          new RegExp(found.map((part) => (typeof part === 'string' ? part : part.source)).join('.*'), 's'),
        ),
      }),
    ],
  })

/** Trains into `out` for as long as `meanwhile` takes, then stops or kills. */
async function whileTraining<T>(
  out: string,
  meanwhile: () => Promise<T>,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<T> {
  let found: Promise<T> | undefined
  const meddle = (stdout: string, end: (signal?: NodeJS.Signals) => void) => {
    if (found !== undefined || !stdout.includes('"event":"epoch"')) return
    found = meanwhile().finally(() => end(signal))
  }
  await hillock([...train, '--epochs', '100000', '--out', out], { cwd, meddle })
  return found!
}

describe('two runs into one folder', () => {
  test('are refused, however the folder is called, and nothing of the first is harmed', async () => {
    await symlink(inside('busy'), inside('link'))
    const outcomes = await whileTraining('busy', async () => [
      await hillock([...train, '--out', 'busy'], { cwd }),
      await hillock([...train, '--out', './link/', '--force'], { cwd }),
      await hillock(['train', '--resume', 'busy', '--json'], { cwd }),
      await hillock(['train', '--resume', inside('busy'), '--epochs', '7', '--json'], { cwd }),
    ])
    for (const outcome of outcomes) expect(outcome).toEqual(refused(/in use/, /another run writes there/))
    expect((await readdir(inside('busy'))).sort()).toEqual(runFiles)
    expect((await hillock(['evaluate', '--model', 'busy/model.safetensors', '--json'], { cwd })).code).toBe(0)
  }, 60_000)

  test('are one run when they begin at the same time', async () => {
    const outcomes = await Promise.all([1, 2, 3].map(() => hillock([...train, '--out', 'same'], { cwd })))
    expect(outcomes.map(({ code }) => code).sort()).toEqual([0, 1, 1])
  }, 60_000)

  test('are two when the first was killed: at once, and nothing tells of it', async () => {
    await whileTraining('killed', async () => {}, 'SIGKILL')
    expect((await readdir(inside('killed'))).filter((name) => !name.endsWith('.tmp'))).toEqual(runFiles.slice(0, 1))
    const { code } = await hillock(['train', '--resume', 'killed', '--epochs', '100000', '--json'], {
      cwd,
      meddle: (stdout, end) => stdout.includes('"event":"epoch"') && end('SIGKILL'),
    })
    expect(code).toBe(null)
    const [, epochs] = /after epoch (\d+)/.exec((await hillock([...train, '--out', 'killed'], { cwd })).stderr)!
    const done = await hillock(['train', '--resume', 'killed', '--epochs', String(Number(epochs) + 1), '--json'], {
      cwd,
    })
    expect(done.code).toBe(0)
    expect((await readdir(inside('killed'))).sort()).toEqual(runFiles)
  }, 60_000)

  test('what a killed run left half written goes, whatever number it bears', async () => {
    await mkdir(inside('left'))
    const names = [
      `checkpoint.safetensors.${process.pid}.tmp`,
      'model.safetensors.0123456789abcdef.tmp',
      'raster.svg.1.tmp',
    ]
    for (const name of names) await writeFile(inside('left', name), '')
    expect((await hillock([...train, '--out', 'left'], { cwd })).code).toBe(0)
    expect((await readdir(inside('left'))).sort()).toEqual([...runFiles, 'raster.svg.1.tmp'].sort())
  }, 60_000)

  const contained = ['--pid', '--net', '--ipc', '--uts', '--fork', '--map-root-user']
  const found = spawnSync('unshare', [...contained, 'true']).status === 0
  whereFound('as of containers', { found, missing: 'unshare is not allowed here', optional: true }, () => {
    test('are refused in another one that shares the folder', async () => {
      const args = [...contained, process.execPath, bin, ...train, '--out', 'shared']
      const other = async () => spawnSync('unshare', args, { cwd, encoding: 'utf8' })
      expect(await whileTraining('shared', other)).toMatchObject({ status: 1, stderr: expect.stringMatching(/in use/) })
    }, 60_000)
  })

  test('without a command that locks, a run says that it could not', async () => {
    const path = process.env.PATH
    process.env.PATH = inside('nothing')
    try {
      const { code, events } = await hillock([...train, '--out', 'unlocked'], { cwd })
      expect(code).toBe(0)
      expect(events).toContainEqual({
        event: 'warning',
        code: 'HILLOCK_OUTPUT',
        message: 'unlocked cannot be locked (there is no command flock): make sure that no other run writes there',
      })
    } finally {
      process.env.PATH = path
    }
  }, 60_000)

  test('a lock ends when it is released', async () => {
    await mkdir(inside('held'))
    const lock = lockFolder(inside('held'))
    expect(lock.warning).toBeUndefined()
    expect(() => lockFolder(inside('held'))).toThrow(expect.objectContaining({ code: 'HILLOCK_OUTPUT' }))
    lock.release()
    lockFolder(inside('held')).release()
    expect(await readdir(inside('held'))).toEqual([])
  })
})

describe('a folder that holds a run', () => {
  const contents = async (folder: string) => Promise.all(runFiles.map((name) => readFile(inside(folder, name), 'utf8')))

  test('is not written over, unless --force is given', async () => {
    expect((await hillock([...train, '--out', 'done'], { cwd })).code).toBe(0)
    const before = await contents('done')
    const again = await hillock([...train, '--seed', '1', '--out', 'done'], { cwd })
    expect(again).toEqual(refused('done holds a finished run, after epoch 1\n', '--resume done --epochs N', '--force'))
    const from = await hillock(['train', '--resume', 'same', '--out', 'done', '--json'], { cwd })
    expect(from).toEqual(refused('done holds a finished run'))
    expect(await contents('done')).toEqual(before)
    const forced = await hillock([...train, '--seed', '1', '--out', 'done', '--force'], { cwd })
    expect(forced.code).toBe(0)
    expect(JSON.parse((await contents('done'))[2]!)).toMatchObject({ seed: 1 })
  }, 60_000)

  test('that was stopped is to be gone on with', async () => {
    await whileTraining('stopped', async () => {})
    const again = await hillock([...train, '--out', 'stopped'], { cwd })
    expect(again).toEqual(
      refused(/holds a run that was stopped after epoch \d+/, 'resume it with --resume stopped', '--force'),
    )
  }, 60_000)

  test('is known by its model alone, and by a checkpoint that cannot be read', async () => {
    for (const name of ['model.safetensors', 'checkpoint.safetensors', 'report.json']) {
      await mkdir(inside(`odd-${name}`))
      await writeFile(inside(`odd-${name}`, name), 'x')
      const again = await hillock([...train, '--out', `odd-${name}`], { cwd })
      expect(again).toEqual(refused(`odd-${name} holds ${name} of another run`, '--force'))
    }
  }, 60_000)

  test('is written over when the new run begins, not before', async () => {
    expect((await hillock([...train, '--out', 'kept'], { cwd })).code).toBe(0)
    const before = await contents('kept')
    const missing = ['--dataset', 'mnist', '--data', 'nowhere']
    expect((await hillock([...train, ...missing, '--out', 'kept', '--force'], { cwd })).code).toBe(1)
    expect(await contents('kept')).toEqual(before)
    await hillock([...train, '--epochs', '100000', '--seed', '1', '--out', 'kept', '--force'], {
      cwd,
      meddle: (stdout, end) => stdout.includes('"event":"epoch"') && end('SIGKILL'),
    })
    // no model of the run before beside a checkpoint of this one
    expect((await readdir(inside('kept'))).filter((name) => !name.endsWith('.tmp'))).toEqual(['checkpoint.safetensors'])
  }, 60_000)

  test('goes on in its own folder by any name, and not with --force', async () => {
    const on = ['train', '--resume', 'done', '--json', '--epochs', '2']
    expect((await hillock([...on, '--out', './done/'], { cwd })).code).toBe(0)
    const forced = await hillock([...on, '--force'], { cwd })
    expect([forced.code, forced.stderr]).toEqual([
      2,
      expect.stringMatching(/^HILLOCK_USAGE: --resume cannot be used with --force/),
    ])
  }, 60_000)

  test('is not begun by a sweep of which one run is there already', async () => {
    const sweep = [...train, '--sweep', 'hidden=4,5', '--out', 'swept']
    expect(
      (await hillock([...train, '--set', 'network.0.dense=5', '--out', join('swept', 'hidden=5')], { cwd })).code,
    ).toBe(0)
    expect(await hillock(sweep, { cwd })).toEqual(refused(/swept.hidden=5 holds a finished run/))
    expect(await readdir(inside('swept'))).toEqual(['hidden=5'])
    expect((await hillock([...sweep, '--force'], { cwd })).code).toBe(0)
  }, 60_000)
})

test('a picture that cannot be drawn loses nothing: model and report are there, and a warning', async () => {
  const noPicture = `
    import { open } from 'node:fs/promises'
    const handle = await open(process.execPath)
    const kind = Object.getPrototypeOf(handle)
    await handle.close()
    const { writeFile } = kind
    kind.writeFile = function (content) {
      if (String(content).startsWith('<svg')) throw Object.assign(new Error('no room'), { code: 'ENOSPC' })
      return writeFile.call(this, content)
    }`
  const flags = ['--import', `data:text/javascript,${encodeURIComponent(noPicture)}`]
  const { code, events } = await hillock([...train, '--out', 'undrawn'], { cwd, flags })
  expect(code).toBe(0)
  expect(events.filter(({ code }) => code === 'HILLOCK_OUTPUT').map(({ message }) => message)).toEqual([
    `${join('undrawn', 'spikes.svg')} cannot be written: the disk is full (ENOSPC)`,
  ])
  expect(events.at(-1)).toMatchObject({ event: 'result', model: join('undrawn', 'model.safetensors') })
  expect(events.at(-1)).not.toHaveProperty('raster')
  expect((await readdir(inside('undrawn'))).sort()).toEqual(runFiles.slice(0, 3))
}, 60_000)
