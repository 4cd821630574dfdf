import { spawnSync } from 'node:child_process'
import { platform } from 'node:os'
import { wasm } from '@hillock/backend-wasm'
import { whereFound } from '@hillock/testing'
import { describe, expect, jest, test } from '@jest/globals'
import { processors } from '../src/platform.ts'

jest.setTimeout(120_000)

test('more threads than a machine can use are refused, and how many it has is told', async () => {
  const most = Math.max(16, 4 * processors())
  for (const threads of [most + 1, 5000, 2 ** 40]) {
    const message = expect.stringContaining(
      `threads is ${threads}, and this machine has ${processors()} processors\nuse up to ${most}`,
    )
    await expect(wasm({ threads })).rejects.toMatchObject({ code: 'HILLOCK_OPTION', message })
  }
})

/** What a process prints, under a limit of so many KiB of addresses. */
function limited(kibibytes: number, threads: number, flags: readonly string[] = []): unknown {
  const script = `
    import { readFileSync } from 'node:fs'
    import { wasm } from '@hillock/backend-wasm'
    try {
      const backend = await wasm({ threads: ${threads} })
      const tensor = backend.alloc([2])
      backend.write(tensor, [1, 2])
      const read = Array.from(await backend.read(tensor))
      const taken = Number(/^VmSize:\\s+(\\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))[1])
      await backend.dispose()
      console.log(JSON.stringify({ read, taken }))
    } catch ({ code, message, hint }) {
      console.log(JSON.stringify({ code, message, hint }))
    }`
  const shell = `ulimit -v ${kibibytes} && exec "$0" "$@"`
  const args = ['-c', shell, process.execPath, ...flags, '--input-type=module', '--eval', script]
  const { stdout, stderr } = spawnSync('bash', args, { cwd: new URL('..', import.meta.url), encoding: 'utf8' })
  return stdout === '' ? stderr : JSON.parse(stdout)
}

whereFound(
  'a limit of addresses',
  { found: platform() === 'linux', missing: 'this is not Linux', optional: true },
  () => {
    const unlimited = 2 ** 40
    const read = [1, 2]

    test('too low for the memory is told, with what would work', () => {
      const outOfMemory = {
        code: 'HILLOCK_OUT_OF_MEMORY',
        message: expect.stringMatching(
          /WebAssembly reserves 10 GiB of addresses, and the limit of this process leaves \d+ MiB/,
        ),
        hint: expect.stringMatching(
          /^raise the limit \(ulimit -v\), start node with --disable-wasm-trap-handler, or use the reference/,
        ),
      }
      expect(limited(4 << 20, 1)).toEqual(outOfMemory)
      expect(limited(4 << 20, 1, ['--disable-wasm-trap-handler'])).toMatchObject({ read })
    })

    test('too low for threads is told, with how many would work', () => {
      const { taken } = limited(unlimited, 1) as { taken: number }
      const outOfMemory = {
        code: 'HILLOCK_OUT_OF_MEMORY',
        message: expect.stringMatching(/not enough memory for 4 threads: .* the limit of this process leaves \d+ MiB/),
      }
      expect(limited(taken + (300 << 10), 4)).toMatchObject({
        ...outOfMemory,
        hint: expect.stringMatching(/or use \{ threads: 1 \}$/),
      })
      expect(limited(taken + (900 << 10), 4)).toMatchObject({
        ...outOfMemory,
        hint: expect.stringMatching(/or use \{ threads: 2 \}$/),
      })
      expect(limited(taken + (900 << 10), 2)).toMatchObject({ read })
    })
  },
)

describe('memory that cannot be had at all', () => {
  test('is told where no limit is known of', async () => {
    jest.spyOn(WebAssembly, 'Memory').mockImplementation(() => {
      throw new RangeError('could not allocate memory')
    })
    await expect(wasm({ threads: 1 })).rejects.toMatchObject({
      code: 'HILLOCK_OUT_OF_MEMORY',
      message: expect.stringMatching(/^not enough memory for the memory of the backend 'wasm'/),
      hint: expect.stringMatching(/use the reference backend$/),
    })
    jest.restoreAllMocks()
  })
})
