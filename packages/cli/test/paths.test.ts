import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { hillock } from './run.ts'

const tiny = { extends: 'demo', dataset: { name: 'glyphs', train: 64, test: 20 }, steps: 3, epochs: 1 }

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hillock-'))
  await writeFile(join(cwd, 'tiny.json'), JSON.stringify(tiny))
})
afterAll(() => rm(cwd, { recursive: true }))

const inside = (...path: string[]) => join(cwd, ...path)

describe('what stands in the way is told', () => {
  const say = async (args: string[]) => {
    const { code, stderr } = await hillock(args, { cwd })
    return [code, stderr.split('\n')[0], stderr.split('\n')[1]]
  }
  beforeAll(async () => {
    await writeFile(inside('file'), '')
    await mkdir(inside('taken', 'model.safetensors'), { recursive: true })
    await mkdir(inside('picture.svg'))
    await symlink(inside('nowhere'), inside('dangling'))
  })

  const out = 'with --out, choose a folder that you can write to, on a disk with room'
  test.each<[string, string[], number, string | RegExp, string]>([
    ['a file for --out', ['--out', 'file'], 1, 'file cannot be written: file is a file, not a folder', out],
    ['a file above --out', ['--out', 'file/x/y'], 1, 'file/x/y cannot be written: file is a file, not a folder', out],
    [
      'a link to nowhere',
      ['--out', 'dangling'],
      1,
      'dangling cannot be written: a link in its path points to nothing',
      out,
    ],
    [
      'a folder in the place of a file',
      ['--out', 'taken'],
      1,
      'taken/model.safetensors is a folder, but a file has to be written there',
      'move it, or choose another folder with --out',
    ],
    [
      'no configuration',
      ['--config', 'tine.json'],
      2,
      /tine.json cannot be read: there is no 'tine.json' in .*hillock-/,
      "did you mean 'tiny.json'?",
    ],
    [
      'a folder for a configuration',
      ['--config', 'taken'],
      2,
      'taken cannot be read: it is a folder',
      'check the path of --config',
    ],
    [
      'nothing to resume',
      ['--resume', 'missing'],
      2,
      /missing.checkpoint.safetensors cannot be read: there is no 'missing' in .*hillock-/,
      'give --resume the folder that train --out wrote',
    ],
    [
      'a file to resume',
      ['--resume', 'file'],
      2,
      'file/checkpoint.safetensors cannot be read: file is a file, not a folder',
      'give --resume the folder that train --out wrote',
    ],
  ])(
    '%s',
    async (_, args, code, found, hint) => {
      const told = await say(['train', ...args])
      const text = typeof found === 'string' ? expect.stringContaining(found) : expect.stringMatching(found)
      expect(told).toEqual([code, text, hint])
      expect(told[1]).not.toMatch(/ENOENT|ENOTDIR|EISDIR|, open|, mkdir/)
    },
    60_000,
  )

  test('a folder in the place of a picture', async () => {
    expect((await hillock(['train', '--config', 'tiny.json', '--out', 'done'], { cwd })).code).toBe(0)
    const told = await say([
      'plot',
      '--model',
      join('done', 'model.safetensors'),
      '--kind',
      'weights',
      '--out',
      'picture.svg',
    ])
    expect(told).toEqual([1, 'HILLOCK_OUTPUT: picture.svg is a folder', 'give --out another name'])
  }, 60_000)
})
