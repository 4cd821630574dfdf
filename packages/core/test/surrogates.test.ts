import { describe, expect, test } from '@jest/globals'
import type { Surrogate } from '../src/entries/neurons.ts'
import { boxcar, gaussian, sigmoid, straightThrough, surrogateFunction, triangular } from '../src/entries/surrogates.ts'
import { arctan, fastSigmoid, reference } from '../src/index.ts'
import { neuron } from '../src/neuron.ts'

const all: readonly Surrogate[] = [
  fastSigmoid(),
  arctan(),
  sigmoid(),
  triangular({ width: 0.7, height: 0.3 }),
  boxcar({ width: 0.4, height: 2 }),
  straightThrough(),
  gaussian(),
]
const smooth = all.filter((surrogate) => surrogate.smooth !== undefined)

/** Away from 0 and from the edges of triangles and boxes. */
const points = [-3.1, -1.03, -0.52, -0.21, -0.013, 0.017, 0.23, 0.51, 0.93, 2.9]

test.each(smooth)('the smooth function of $name has its derivative', (surrogate) => {
  const [f, df] = [surrogateFunction(surrogate, 'smooth'), surrogateFunction(surrogate)]
  for (const x of points) expect((f(x + 1e-6) - f(x - 1e-6)) / 2e-6).toBeCloseTo(df(x), 7)
})

test.each([
  { ...arctan({ alpha: 3 }), area: 1 },
  { ...sigmoid({ slope: 7 }), area: 1 },
  { ...gaussian({ width: 0.2, height: 0.5 }), area: 0.5 },
  { ...triangular({ width: 2, height: 0.5 }), area: 1 },
  { ...boxcar({ width: 0.25, height: 3 }), area: 1.5 },
])('$name integrates to $area', ({ area, ...surrogate }) => {
  const df = surrogateFunction(surrogate)
  let sum = 0
  for (let x = -100; x < 100; x += 1 / 64) sum += df(x + 1 / 128) / 64
  expect(sum).toBeCloseTo(area, 2)
})

describe('refused with HILLOCK_OPTION', () => {
  const option = (message: string) =>
    expect.objectContaining({ code: 'HILLOCK_OPTION', message: expect.stringContaining(message) })

  test.each<[string, () => unknown, string]>([
    ['a slope of 0', () => fastSigmoid({ slope: 0 }), "fastSigmoid: 'slope' is 0\ngive a number above 0"],
    ['a negative slope', () => sigmoid({ slope: -1 }), "sigmoid: 'slope' is -1"],
    ['a slope without end', () => fastSigmoid({ slope: Infinity }), "'slope' is Infinity"],
    ['a width that is none', () => boxcar({ width: Number.NaN }), "boxcar: 'width' is NaN"],
    ['a negative height', () => triangular({ height: -0.3 }), "triangular: 'height' is -0.3"],
    ['a misspelt option', () => arctan({ alhpa: 3 } as object), "arctan has no option 'alhpa'\ndid you mean 'alpha'?"],
    ['an option where there is none', () => straightThrough({ slope: 1 } as never), "has no option 'slope'"],
    ['a number alone', () => gaussian(0.5 as unknown as object), 'gaussian: the options are 0.5'],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(option(message))
  })

  const given = (surrogate: unknown) => () =>
    neuron({ name: 'step', equations: 'spike = heaviside(input)' })({ surrogate: surrogate as Surrogate })

  test.each<[string, unknown, string]>([
    [
      'a name in place of a surrogate',
      'fastSigmoid',
      "step: 'surrogate' is 'fastSigmoid'\ngive a surrogate: fastSigmoid()",
    ],
    ['a factory that was not called', fastSigmoid, 'call it: fastSigmoid()'],
    ['a parameter that is no number', { ...arctan(), params: { alpha: '2' } }, "surrogate.params: 'alpha' is '2'"],
    ['a derivative that is no text', { ...arctan(), derivative: 1 }, "'surrogate.derivative' is 1"],
  ])('a neuron with %s', (_, surrogate, message) => {
    expect(given(surrogate)).toThrow(option(message))
  })

  test('a neuron with a surrogate of which the text is wrong, before anything is run', () => {
    const wrong = { name: 'mine', params: { k: 1 }, derivative: 'exp(-kk * abs(x))' }
    expect(given(wrong)).toThrow(expect.objectContaining({ code: 'HILLOCK_NAME' }))
    expect(given({ ...wrong, derivative: '1', smooth: 'x +' })).toThrow(
      expect.objectContaining({ code: 'HILLOCK_SYNTAX' }),
    )
  })
})

describe('in f32, far from threshold', () => {
  const x = [-1e30, -1000, -100, -3.6, 3.6, 100, 1000, 1e30]
  test.each(all)('$name is finite', (surrogate) => {
    const device = reference()
    const { kernels } = neuron({ name: 'step', equations: 'spike = heaviside(input)', surrogate })()
    const alloc = () => device.alloc([1, 1, x.length])
    const [input, signal, out] = [alloc(), alloc(), alloc()]
    device.write(input, x)
    device.write(signal, new Float32Array(x.length).fill(1))
    device.reverse(kernels.reverse(), {
      steps: 1,
      batch: 1,
      size: x.length,
      inputs: { input },
      setup: {},
      timeVarying: {},
      initial: {},
      states: {},
      signals: { spike: signal },
      outputs: { input: out },
    })
    return device.read(out).then((values) => expect(Array.from(values).every(Number.isFinite)).toBe(true))
  })
})

test('a surrogate without a smooth function says so', () => {
  expect(() => surrogateFunction(gaussian(), 'smooth')).toThrow(expect.objectContaining({ code: 'HILLOCK_EQUATION' }))
})
