import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { backendConformance } from '@hillock/testkit'
import { afterAll, describe, expect, jest, test } from '@jest/globals'
import type { deviceBackend } from '../src/index.ts'
import { scriptDevice } from './script-device.ts'

jest.setTimeout(120_000)

const home = fileURLToPath(new URL('../', import.meta.url))
mkdirSync(join(home, 'out-tsc'), { recursive: true })
const folder = mkdtempSync(join(home, 'out-tsc', 'planted-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let copies = 0

/** The package's `deviceBackend`, with one text of its sources replaced. */
async function planted(file: string, from: string, to: string): Promise<typeof deviceBackend> {
  const copy = join(folder, String(copies++))
  cpSync(join(home, 'src'), copy, { recursive: true })
  const text = readFileSync(join(copy, file), 'utf8')
  expect(text).toContain(from)
  writeFileSync(join(copy, file), text.replace(from, to))
  return (await import(join(copy, 'index.ts'))).deviceBackend
}

/** The tests of the suite that are quick and ask for one thing each, by their names. */
const asked = /^of (1|33|67) neurons|among 33 neurons|slice|time steps of|^a b \+ bias of reals|fire by|^sums of/

/** Looks whether what is freed is counted, then runs tests of the suite until one fails; says what went wrong, if anything did. */
async function firstFailure(make: typeof deviceBackend): Promise<string | undefined> {
  const tests: { name: string; body: () => Promise<void> | void }[] = []
  const add = (name: string, body: () => Promise<void> | void) => {
    if (asked.test(name)) tests.push({ name, body })
  }
  const create = () => make(scriptDevice(), { exact: true })
  backendConformance({
    ...{ name: 'planted', create, programs: 0, decorated: false },
    runner: {
      describe: (_, body) => body(),
      test: Object.assign(add, { skip: () => {} }),
    },
  })
  expect(tests.length).toBeGreaterThan(10)
  const backend = create()
  for (const kind of ['real', 'spikes'] as const) backend.free(backend.alloc([3, 5], kind))
  if (backend.usedBytes() !== 0) return `${backend.usedBytes()} bytes are left`
  for (const { name, body } of tests) {
    try {
      await body()
    } catch {
      return name
    }
  }
  return undefined
}

describe('a fault in memory or queue is seen by the suite', () => {
  test('without one, nothing is', async () => {
    expect(await firstFailure(await planted('allocator.ts', 'let used = 0', 'let used = 0'))).toBeUndefined()
  })

  test.each([
    ['what is taken overlaps', 'allocator.ts', 'piece.at += words', 'piece.at += wanted'],
    [
      'more is given back than was taken',
      'allocator.ts',
      'insert(at, rounded(given))',
      'insert(at, 2 * rounded(given))',
    ],
    ['stretches grow together over what is taken', 'allocator.ts', 'piece.at + piece.words !== next.at', 'i < 0'],
    ['what is given back is not counted', 'allocator.ts', 'used -= rounded(given)', 'used -= given'],
    ['spikes lie in the heap of numbers', 'tensor.ts', "kind === 'spikes' ? 'words' : 'reals'", "'reals'"],
    ['rows of spikes have no room', 'tensor.ts', 'Math.ceil(size / 32)', 'Math.floor(size / 32)'],
    ['a write overtakes what waits', 'backend.ts', 'queue.flush()\n      const packed', 'const packed'],
    ['a read overtakes what waits', 'backend.ts', 'queue.flush()\n    return new', 'return new'],
    ['a slice begins at the beginning', 'backend.ts', 'from * (words', '0 * (words'],
    ['bits are set upon old ones', 'backend.ts', '!device.storesWords', 'device.storesWords'],
    ['kernels of other bindings are taken', 'backend.ts', 'binding.layout', "''"],
    ['arguments lie upon each other', 'queue.ts', 'used += length', 'used += 0'],
    ['bits of a word are lost', 'spikes.ts', '1 << (n & 31)', '1 << (n & 15)'],
  ])('%s', async (_, file, from, to) => {
    const failure = await firstFailure(await planted(file, from, to))
    expect(failure).toBeDefined()
  })
})
