import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { whereFound } from '@hillock/testing'
import { afterEach, expect, jest, test } from '@jest/globals'
import { hillock } from './run.ts'

jest.setTimeout(60_000)

/** A driver of two NVIDIA GPUs that there are not, where it can be built. */
const driver = join(mkdtempSync(join(tmpdir(), 'hillock-')), 'libcuda.so.1')
const sources = ['libcuda.c', 'ptx.c'].map((name) =>
  fileURLToPath(new URL(`../../../plugins/backend-cuda/test/stand-in/${name}`, import.meta.url)),
)
try {
  if (process.platform === 'linux')
    execFileSync('cc', ['-w', '-shared', '-fPIC', '-o', driver, ...sources, '-lm'], { stdio: 'pipe' })
} catch {
  // there is no compiler: the tests say so
}
/** A GPU that the processor plays, as it comes with Chromium. */
const emulated = '/usr/lib/chromium/vk_swiftshader_icd.json'

const before = { ...process.env }
afterEach(() => {
  for (const name of ['LD_LIBRARY_PATH', 'VK_ICD_FILENAMES', 'XDG_RUNTIME_DIR']) {
    if (before[name] === undefined) delete process.env[name]
    else process.env[name] = before[name]
  }
})

/** The rows of backends in what `hillock info` prints. */
async function rows(): Promise<string> {
  const { code, stdout } = await hillock(['info'], { cwd: fileURLToPath(new URL('..', import.meta.url)) })
  expect(code).toBe(0)
  return stdout.replaceAll(/^(?!backend +\w+:).*\n/gm, '')
}

const stands = { found: existsSync(driver), missing: 'there is no C compiler on this machine' }
const emulates = { found: existsSync(emulated), missing: 'there is no SwiftShader on this machine' }

whereFound('hillock info, where there are GPUs', stands, () => {
  whereFound('of both kinds', emulates, () => {
    test('lists each with its number, and says of one that it is emulated', async () => {
      process.env.LD_LIBRARY_PATH = join(driver, '..')
      process.env.VK_ICD_FILENAMES = emulated
      process.env.XDG_RUNTIME_DIR = tmpdir()
      const found = await rows()
      expect(found).toMatch(/^backend +cuda: available: 0 stand-in 0, CUDA 13\.0 .*, 1 stand-in 1, CUDA 13\.0/m)
      expect(found).toMatch(/^backend +webgpu: available: SwiftShader.*emulated/m)
      expect(found).toMatch(/^backend +tfjs:cpu: available: /m)
    })
  })
})

test('hillock info, where there are none, says why of each', async () => {
  process.env.LD_LIBRARY_PATH = ''
  process.env.VK_ICD_FILENAMES = '/no-such-driver.json'
  const found = await rows()
  // a driver that is installed is found all the same
  expect(found).toMatch(
    /^backend +cuda: (available: .*, CUDA|not available: there is no NVIDIA driver: .*; install it)/m,
  )
  expect(found).toMatch(/^backend +webgpu: not available: .*GPU/m)
  expect(found).toMatch(/^backend +tfjs:(node|node-gpu|webgl): not available: \S/m)
  expect(found).toMatch(/^backend +reference: available: /m)
})
