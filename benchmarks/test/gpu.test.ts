import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { thorough, whereFound } from '@hillock/testing'
import { afterAll, expect, jest, test } from '@jest/globals'

jest.setTimeout(600_000)

const script = fileURLToPath(new URL('../gpu.sh', import.meta.url))
const standIn = fileURLToPath(new URL('../../plugins/backend-cuda/test/stand-in', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'hillock-gpu-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('without a verb it says how it is used', () => {
  const { status, stdout } = spawnSync('bash', [script], { encoding: 'utf8' })
  expect([status, stdout]).toEqual([2, expect.stringMatching(/prepare FOLDER.*64 MB.*gpu\.sh run/s)])
})

test('parts end at their limit, those that do not fit are skipped, and all are counted', () => {
  const packed = join(folder, 'slow')
  mkdirSync(packed)
  writeFileSync(join(packed, 'gpu.sh'), readFileSync(script))
  const acts = ['conformance) exit 0', 'learners) exit 1', '*) exec sleep 60']
  writeFileSync(join(packed, 'node'), `#!/bin/sh\ncase $2 in ${acts.join(' ;; ')} ;; esac\n`, { mode: 0o755 })
  const start = performance.now()
  const env = { ...process.env, HILLOCK_GPU_SECONDS: '6' }
  const { status, stdout } = spawnSync('bash', [join(packed, 'gpu.sh'), 'run'], { encoding: 'utf8', env })
  expect([status, performance.now() - start < 20_000]).toEqual([1, true])
  expect(stdout).toMatch(/stopped after \d seconds/)
  expect(stdout).toMatch(/skipped: \d of 6 seconds are left/)
  expect(stdout).toMatch(/## \d+ seconds: 1 parts ended, 1 stopped, 1 failed, 4 skipped\n$/)
})

// some minutes: it packs Node.js and runs all parts on the stand-in for the driver
whereFound('what it packs', thorough, () => {
  test('is small, and runs on a stand-in for the driver', () => {
    const env = { ...process.env, HILLOCK_DATA: '' }
    const said = execFileSync('bash', [script, 'prepare', join(folder, 'packed')], { encoding: 'utf8', env })
    expect(Number(/^(\d+)M/.exec(said)![1])).toBeLessThan(64)
    const sources = ['libcuda.c', 'ptx.c'].map((name) => join(standIn, name))
    const flags = ['-O2', '-ffp-contract=off', '-w', '-shared', '-fPIC']
    execFileSync('cc', [...flags, '-o', join(folder, 'libcuda.so.1'), ...sources, '-lm'])
    execFileSync('bash', [join(folder, 'packed', 'gpu.sh'), 'run'], {
      env: { ...process.env, LD_LIBRARY_PATH: folder, HILLOCK_GPU_SMALL: '1', HILLOCK_GPU_SECONDS: '3000' },
    })
    const lines = readFileSync(join(folder, 'packed', 'results.txt'), 'utf8').split('\n')
    const figures = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line))
    expect(figures[0]).toEqual({ passed: 40, failed: 0, skipped: 0 })
    for (const learner of ['bptt', 'eligibility', 'random-bp', 'hebbian'])
      expect(figures).toContainEqual({ learner, passed: 1, failed: 0, skipped: 0 })
    expect(figures).toContainEqual(expect.objectContaining({ launches: 10 }))
    expect(figures).toContainEqual(expect.objectContaining({ step: 'bptt', backend: 'cuda' }))
    expect(figures).toContainEqual(expect.objectContaining({ n: 65, share: expect.any(Number) }))
    expect(figures).toContainEqual(expect.objectContaining({ recipe: 'mnist-bptt', data: 'glyphs' }))
  })
})
