import { describe, expect, test } from '@jest/globals'
import { checked } from '../../src/checked.ts'
import { dense } from '../../src/connections/dense.ts'
import { explain } from '../../src/equations/explain.ts'
import { kernels } from '../../src/kernel.ts'
import { checkDense } from '../../src/network/dense-only.ts'
import { parametersOf } from '../../src/network/layer.ts'
import { sequential } from '../../src/network/sequential.ts'
import { type Neuron, neuron } from '../../src/neuron.ts'
import { lif, linear, recurrent } from '../../src/neurons/index.ts'
import { reference } from '../../src/reference/backend.ts'
import { define } from '../equations/definition.ts'

const twoCurrents = neuron({
  name: 'two',
  inputs: ['basal', 'apical'],
  state: { past: 0 },
  equations: `
    spike = heaviside(basal + 2 * apical - past) # basal counts once
    past = 0.5 * past + apical`,
})

describe('what recurrent() makes of the equations', () => {
  test('adds what comes back to the current, and keeps the spikes', () => {
    const made = recurrent(lif())
    expect(made.name).toBe('recurrent lif')
    expect(made.definition.matrices).toEqual(['recurrent'])
    expect(made.recurrence).toEqual({
      weight: 'torchLinear',
      diagonal: true,
      to: 'layer',
      current: 'input',
    })
    expect(explain(made)).toContain('driven = input + product(past[t-1], recurrent)')
    expect(explain(made)).toContain('pre = beta * v[t-1] + driven')
    expect(made.kernels.forward).toMatchObject({ states: ['v', 'past'], layerScope: true })
  })

  test('is plain equations where each neuron reaches itself alone', () => {
    const made = recurrent(lif({ learn: ['beta'] }), { to: 'itself', weight: { constant: 0.5 } })
    expect(made.kernels.forward.layerScope).toBe(false)
    expect(made.learn).toEqual(['beta', 'recurrent'])
    expect(explain(made)).toContain('driven = input + recurrent * past[t-1]')
  })

  test('takes names that are free, and leaves comments alone', () => {
    const { definition } = recurrent(twoCurrents(), { current: 'basal' })
    expect(definition.state).toEqual({ past: 0, past_: 0 })
    expect(definition.equations).toContain('driven = basal + product(past_, recurrent)')
    expect(definition.equations).toContain('heaviside(driven + 2 * apical - past) # basal counts once')
  })

  test('keeps what is binary so', () => {
    expect(recurrent(lif()).binary).toBe(true)
    expect(recurrent(linear()).binary).toBe(false)
  })
})

describe('errors', () => {
  const thrown = (act: () => unknown) => {
    try {
      act()
    } catch (error) {
      return error
    }
    return 'nothing'
  }

  test.each([
    ['no neuron', () => recurrent(lif as never), /call it: lif/],
    ['a wrong initializer', () => recurrent(lif(), { weight: 'normal' as never }), /'weight' is 'normal'/],
    ['a wrong target', () => recurrent(lif(), { to: 'all' as never }), /'to' is 'all'/],
    ['several currents', () => recurrent(twoCurrents()), /has 2 currents/],
    ['a current there is none of', () => recurrent(twoCurrents(), { current: 'input' }), /no current 'input'/],
  ])('%s', (_, act, message) => {
    expect(thrown(act)).toMatchObject({ code: 'HILLOCK_OPTION' })
    expect(act).toThrow(message)
  })

  test('twice', () => {
    expect(thrown(() => recurrent(recurrent(lif())))).toMatchObject({ code: 'HILLOCK_NAME' })
  })

  test.each([
    ['product(v)', 'HILLOCK_EQUATION', /product takes 2 arguments/],
    ['product(v, 2)', 'HILLOCK_NAME', /the name of a matrix/],
    ['product(v, w)', 'HILLOCK_NAME', /the name of a matrix/],
  ])('%s in equations', (text, code, message) => {
    const make = () => kernels(define(`v = input\nspike = ${text}`, { state: { v: 0 } }))
    expect(thrown(make)).toMatchObject({ code })
    expect(make).toThrow(message)
  })

  test('a matrix that is not given, or of another shape', () => {
    const backend = checked(reference())
    const { forward } = recurrent(linear()).kernels
    const input = backend.alloc([2, 1, 3])
    const spike = backend.alloc([2, 1, 3])
    const given = { steps: 2, batch: 1, size: 3, inputs: { input }, setup: {}, timeVarying: {}, initial: { past: 0 } }
    const scan = (more: object) => () => backend.scan(forward, { ...given, ...more, outputs: { spike } })
    expect(scan({})).toThrow(/the matrix 'recurrent' is needed but not given/)
    expect(thrown(scan({}))).toMatchObject({ code: 'HILLOCK_SHAPE' })
    const wrong = backend.alloc([3, 2])
    expect(scan({ matrices: { recurrent: wrong } })).toThrow(/recurrent has shape \[3, 2\]/)
    expect(scan({ matrices: { recurrent: backend.alloc([3, 3]) } })).not.toThrow()
  })

  test('a learner that takes dense layers alone', () => {
    const network = sequential(3, [dense(4), recurrent(lif())])
    expect(thrown(() => checkDense('stdp', network))).toMatchObject({ code: 'HILLOCK_UNSUPPORTED' })
    expect(() => checkDense('stdp', network)).toThrow(/stdp: layer1 is recurrent\nuse dense/)
  })
})

describe('parameters', () => {
  const valuesOf = (neuron: Neuron) => {
    const layer = sequential(3, [dense(5), neuron]).layers[0]!
    return parametersOf(layer).map(({ name, shape, initial }) => ({ name, shape, values: Array.from(initial(1)) }))
  }

  test('a matrix has a name, and starts as it is told', () => {
    const found = valuesOf(recurrent(lif(), { weight: { constant: 0.5 }, diagonal: false }))
    expect(found.map(({ name }) => name)).toEqual(['layer1.weight', 'layer1.bias', 'layer1.recurrent'])
    expect(found[2]!.shape).toEqual([5, 5])
    expect(found[2]!.values).toEqual(Array.from({ length: 25 }, (_, i) => (i % 6 === 0 ? 0 : 0.5)))
  })

  test('neurons that see themselves have one weight each', () => {
    const found = valuesOf(recurrent(lif({ learn: ['beta'] }), { to: 'itself', weight: { uniform: [1, 2] } }))
    expect(found.map(({ name, shape }) => [name, ...shape])).toEqual([
      ['layer1.weight', 3, 5],
      ['layer1.bias', 5],
      ['layer1.beta', 1],
      ['layer1.recurrent', 5],
    ])
    const { values } = found[3]!
    expect(new Set(values).size).toBe(5)
    expect(values.every((value) => value >= 1 && value < 2)).toBe(true)
  })
})
