import { describe, expect, test } from '@jest/globals'
import { describe as described, keepWithin } from '../../src/equations/bounds.ts'
import type { Bounds } from '../../src/equations/definition.ts'
import { neuron } from '../../src/neuron.ts'

/** A neuron with one parameter of these bounds, or two of which the first has them. */
const bounded = (bounds: unknown) =>
  neuron({
    name: 'mine',
    params: { tau: 2, dt: 1 },
    bounds: { tau: bounds as Bounds },
    state: { v: 0 },
    equations: 'v = v + dt / tau * (input - v)\nspike = v',
  })

describe('a neuron of one’s own', () => {
  test.each<[Bounds, readonly number[], readonly number[], string]>([
    [[1, 3], [1, 2, 3], [0.999, 3.001, Number.NaN, Infinity], 'a number from 1 to 3'],
    [[-Infinity, 3], [-1e30, 3], [3.5, -Infinity, 1e39], 'a number up to 3'],
    [{ above: 1 }, [1.0001, 2, 1e30], [1, 0, Infinity], 'a number above 1'],
    [{ from: 1, below: 3 }, [1, 2.999], [3, 0.99], 'a number from 1 and below 3'],
    [{ above: 0, to: 3 }, [0.001, 3], [0, 3.1], 'a number above 0 and up to 3'],
    [{ from: 1, whole: true }, [1, 7], [0, 1.5], 'a whole number from 1'],
    [{ whole: true }, [-1, 7], [0.5], 'a whole number'],
    [{}, [-1e38, 3], [Number.NaN, -Infinity, 1e300], 'a finite number'],
    [{ from: '2 * dt' }, [2, 3], [1.9], 'a number from 2 * dt'],
    [{ above: 'dt', below: '3 * dt' }, [1.1, 2.9], [1, 3], 'a number above dt and below 3 * dt'],
  ])('%j', (bounds, within, beyond, text) => {
    expect(described(bounds)).toBe(text)
    const make = bounded(bounds)
    for (const tau of within) expect(make({ tau }).params.tau).toBe(tau)
    for (const tau of within) expect(make({ tau: [tau, within[0]!] }).params.tau).toEqual([tau, within[0]])
    for (const tau of beyond) {
      expect(() => make({ tau })).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
      expect(() => make({ tau: [within[0]!, tau] })).toThrow(
        `mine: 'tau' of neuron 1 is ${tau}\ngive ${text.slice(0, 8)}`,
      )
    }
  })

  test('an end may differ from neuron to neuron', () => {
    const make = bounded({ from: '2 * dt' })
    expect(make({ tau: [2, 4], dt: [1, 2] }).params.tau).toEqual([2, 4])
    expect(() => make({ tau: [2, 3], dt: [1, 2] })).toThrow("'tau' of neuron 1 is 3\ngive a number from 2 * dt (4)")
    expect(() => make({ tau: 3, dt: [1, 2] })).toThrow("'tau' is 3\ngive a number from 2 * dt (4)")
  })

  test('of values that do not go together the one that was given is named', () => {
    const make = neuron({
      name: 'mine',
      params: { low: 1, high: 2 },
      bounds: { low: { below: 'high' }, high: { above: 'low' } },
      equations: 'spike = clip(input, low, high)',
    })
    expect(() => make({ high: 0.5 })).toThrow("'high' is 0.5")
    expect(() => make({ low: 3 })).toThrow("'low' is 3")
  })
})

describe('bounds that cannot be', () => {
  test.each<[unknown, string, RegExp]>([
    [5, 'HILLOCK_OPTION', /the bounds of 'tau' cannot be read\nwrite \[least, greatest\]/],
    [null, 'HILLOCK_OPTION', /cannot be read/],
    [[0], 'HILLOCK_OPTION', /cannot be read/],
    [[0, Number.NaN], 'HILLOCK_OPTION', /cannot be read/],
    [[0, null], 'HILLOCK_OPTION', /cannot be read/],
    [{ least: 0 }, 'HILLOCK_OPTION', /cannot be read/],
    [{ from: [0] }, 'HILLOCK_OPTION', /cannot be read/],
    [{ whole: 1 }, 'HILLOCK_OPTION', /cannot be read/],
    [{ from: 'dtt' }, 'HILLOCK_NAME', /mine: unknown name 'dtt' in the bounds.*\n.*\n.*\ndid you mean 'dt'\?/],
    [{ from: '2 dt' }, 'HILLOCK_SYNTAX', /multiplication is written/],
    [{ from: 'uniform()' }, 'HILLOCK_EQUATION', /a bound is made of parameters/],
    [{ from: 'v' }, 'HILLOCK_NAME', /unknown name 'v'/],
  ])('%j', (bounds, code, message) => {
    expect(() => bounded(bounds)()).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }))
  })

  test('of what is no parameter', () => {
    const make = neuron<string>({
      name: 'mine',
      params: { beta: 1 },
      bounds: { bta: [0, 1] },
      equations: 'spike = beta * input',
    })
    expect(() => make()).toThrow("mine: there are bounds for 'bta', which is not a parameter\ndid you mean 'beta'?")
  })
})

describe('what is learnt is kept within, as f32 has it', () => {
  const kept = (bounds: Bounds, values: readonly number[], params = {}) => {
    const found = Float32Array.from(values)
    const moved = keepWithin({ name: 'mine', bounds: { tau: bounds } }, 'tau', found, { tau: found, dt: 1, ...params })
    return [moved >= 0, Array.from(found)] as const
  }
  const [tiny, next] = [2 ** -126, 1 + 2 ** -23]

  test.each<[Bounds, readonly number[], readonly number[]]>([
    [
      [0, 1],
      [-0.5, 0, 0.5, 1, 1.5],
      [0, 0, 0.5, 1, 1],
    ],
    [{ above: 0 }, [-3, 0, 2], [tiny, tiny, 2]],
    [{ below: 0 }, [3, 0, -2], [-tiny, -tiny, -2]],
    [{ above: 1, below: 2 }, [0, 1, 2, 3], [next, next, 2 - 2 ** -23, 2 - 2 ** -23]],
    [{ above: '2 * dt' }, [0, 3], [2 + 2 ** -22, 3]],
    [{}, [Infinity, 3], [Infinity, 3]],
    // What broke down is not mended: training stops for it.
    [
      [0, 1],
      [Number.NaN, Infinity, -Infinity, 2],
      [Number.NaN, Infinity, -Infinity, 1],
    ],
  ])('%j', (bounds, values, wanted) => {
    expect(kept(bounds, values)).toEqual([String(values) !== String(wanted), wanted])
  })

  test.each([0.1, 0.7, 1 / 3, -0.3, 1e-3])('an end that f32 lacks, %d, is not passed', (end) => {
    const [, [low, high]] = kept([end, end + 1e-3], [-9, 9])
    expect(low).toBeGreaterThanOrEqual(end)
    expect(high).toBeLessThanOrEqual(end + 1e-3)
    expect(Math.abs(low! - end)).toBeLessThan(1e-7)
  })

  test('what one parameter has for all neurons suits each of them', () => {
    expect(kept({ from: 'dt' }, [0.5], { dt: [1, 3, 2] })).toEqual([true, [3]])
    expect(kept({ from: 'dt' }, [0.5, 5, 1], { dt: [1, 3, 2] })).toEqual([true, [1, 5, 2]])
  })
})
