import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { whereFound } from '@hillock/testing'
import { afterAll, expect, test } from '@jest/globals'
import { bin, hillock } from './run.ts'

const cwd = mkdtempSync(join(tmpdir(), 'hillock-'))
afterAll(() => rmSync(cwd, { recursive: true }))
mkdirSync(join(cwd, 'disk'))

/** Runs a script that sees a small file system at `disk`, which is gone with the script. */
function onDisk(script: string, ...args: string[]) {
  const mounted = `mount -t tmpfs -o size=4m tmpfs disk; ${script}`
  const given = ['--mount', '--map-root-user', 'bash', '-e', '-c', mounted, 'bash', ...args]
  return spawnSync('unshare', given, { cwd, encoding: 'utf8' })
}

const need = { found: onDisk('true').status === 0, missing: 'no file system can be mounted here', optional: true }

whereFound('on a full disk', need, () => {
  test('training goes on with a warning, and the checkpoint before is left as it was', async () => {
    const network = [{ dense: 256 }, { neuron: 'lif' }, { dense: 10 }, { neuron: 'lif' }]
    const recipe = { extends: 'demo', dataset: { name: 'glyphs', train: 8, test: 1 }, steps: 3, network }
    writeFileSync(join(cwd, 'wide.json'), JSON.stringify(recipe))
    const begin = ['train', '--config', 'wide.json', '--backend', 'reference', '--epochs', '1', '--out', 'before']
    expect((await hillock(begin, { cwd })).code).toBe(0)
    const script = `
      cp before/checkpoint.safetensors disk
      head -c 8M /dev/zero > disk/filler 2> /dev/null || true
      "$@" > told.txt || test $? = 1
      cmp before/checkpoint.safetensors disk/checkpoint.safetensors
      ls disk`
    const resume = [process.execPath, bin, 'train', '--resume', 'disk', '--epochs', '3', '--json']
    const { status, stdout, stderr } = onDisk(script, ...resume)
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: 'checkpoint.safetensors\nfiller\n',
      stderr: expect.stringMatching(
        /^HILLOCK_OUTPUT: disk.model.safetensors cannot be written: the disk is full \(ENOSPC\)$/m,
      ),
    })
    const warnings = readFileSync(join(cwd, 'told.txt'), 'utf8').match(/ENOSPC.*training continues/g)
    expect(warnings).toHaveLength(2)
  }, 60_000)
})
