import { deviceBackend } from '@hillock/device'
import { backendConformance } from '@hillock/testkit'
import { describe, expect, jest, test } from '@jest/globals'
import { cudaDevice } from '../src/device.ts'
import { type Double, double } from './double.ts'

jest.setTimeout(120_000)

/** The tests of the suite that ask for one thing each, by their names. */
const asked =
  /^(a \+ b|min\(a, b\)|a != b|where\(a, b, c\)|floor\(a\)|exp\(a\)|log\(a\)) and|of (1|33|67) neurons|uniform\(\) of key 2|among 33 neurons|integrate-and-fire|of spikes$|^a b \+ bias of reals|sums of spikes|time steps of|truncation within|fire by/

/** A double whose driver is given other texts than were printed. */
const spoilt = (spoil: (text: string) => string): Double => {
  const made = double()
  return { ...made, load: (text, name) => made.load(spoil(text), name) }
}

/** Runs tests of the suite until one fails; says which, if any. */
async function firstFailure(spoil: (text: string) => string): Promise<string | undefined> {
  const tests: { name: string; body: () => Promise<void> | void }[] = []
  const add = (name: string, body: () => Promise<void> | void) => {
    if (asked.test(name)) tests.push({ name, body })
  }
  backendConformance({
    name: 'spoilt',
    create: () => deviceBackend(cudaDevice(spoilt(spoil)), { exact: true }),
    programs: 0,
    decorated: false,
    runner: {
      describe: (_, body) => body(),
      test: Object.assign(add, { skip: () => {} }),
    },
  })
  expect(tests.length).toBeGreaterThan(20)
  for (const { name, body } of tests) {
    try {
      await body()
    } catch {
      return name
    }
  }
  return undefined
}

/** What could be wrong in the printer: each a text and what would stand in its place. */
const faults: Readonly<Record<string, readonly [string | RegExp, string]>> = {
  'a NaN is taken to equal itself': ['setp.neu.f32', 'setp.ne.f32'],
  'a NaN is lost by min and max': [/0f7FC00000, (%f\d+), (%p\d+)/g, '$1, $1, $2'],
  'another thread than the first of a warp stores its word': [
    /(setp\.eq\.u32 %p\d+, %r\d+), 0;(?=\n.*and\.pred)/g,
    '$1, 1;',
  ],
  'threads beyond the layer vote': [/and\.pred (%p\d+), %p\d+, (%p\d+);(?=\n.*vote)/g, 'and.pred $1, $2, $2;'],
  'nobody waits': ['bar.sync 0', 'mov.u32 %r0, %r0'],
  'loops go round once more': [/setp\.lt\.u32 (%p\d+), (%r\d+), (\S+);(?=\n {2}@!)/g, 'setp.le.u32 $1, $2, $3;'],
  'the other is selected': [/selp\.f32 (%f\d+), (\S+), (\S+), /g, 'selp.f32 $1, $3, $2, '],
  'the upper half of a product is the lower': ['mul.hi.u32', 'mul.lo.u32'],
  'numbers are rounded down to whole ones towards 0': ['cvt.rmi.f32.f32', 'cvt.rzi.f32.f32'],
  'places are counted in bytes': [/shl\.b64 (%d\d+), (%d\d+), 2/g, 'shl.b64 $1, $2, 1'],
  'rounding is left to the assembler': ['add.rn.f32', 'add.f32'],
  'shifts go the wrong way': ['shr.u32', 'shl.b32'],
}

describe('a fault in the printer is seen by the suite', () => {
  test('without one, nothing is', async () => {
    expect(await firstFailure((text) => text)).toBeUndefined()
  })

  test.each(Object.entries(faults))('%s', async (_, [from, to]) => {
    let planted = 0
    const failure = await firstFailure((text) => {
      const spoilt = text.replaceAll(from, to)
      if (spoilt !== text) planted++
      return spoilt
    })
    expect(planted).toBeGreaterThan(0)
    expect(failure).toBeDefined()
  })
})
