import { describe, expect, test } from '@jest/globals'
import { compile } from '../../src/equations/compile.ts'
import { reverse } from '../../src/equations/differentiate.ts'
import type { Program } from '../../src/equations/graph.ts'
import { evaluateSetup, evaluateTimeVarying } from '../../src/kernel.ts'
import { define } from './definition.ts'

const leaves = (program: Program, op: string) => program.nodes.flatMap((node) => (node.op === op ? [node.name] : []))
const ops = (program: Program) => program.nodes.map(({ op }) => op)

describe('what depends on parameters alone', () => {
  const definition = define('v = exp(-1 / tau) * v + (1 - exp(-1 / tau)) * input\nspike = heaviside(v - threshold)', {
    params: ['tau', 'threshold'],
    state: { v: 0 },
  })

  test('is computed once, outside the step', () => {
    const { setup, timeVarying, step } = compile(definition)
    expect(ops(step)).not.toContain('exp')
    expect(leaves(step, 'param')).toEqual([])
    expect(leaves(step, 'setup')).toHaveLength(3)
    expect(Object.keys(timeVarying.outputs)).toEqual([])
    expect(ops(setup).filter((op) => op === 'exp')).toHaveLength(1)
  })

  test('is a number, or one for each neuron where a parameter is', () => {
    const compiled = compile(definition)
    const shared = evaluateSetup(compiled, { tau: 2, threshold: 1 }, 3)
    expect(Object.values(shared)).toEqual(expect.arrayContaining([Math.exp(-0.5), 1 - Math.exp(-0.5), 1]))
    const own = evaluateSetup(compiled, { tau: [1, 2, 4], threshold: 1 }, 3)
    expect(own.threshold).toBe(1)
    expect(Object.values(own)).toContainEqual(Float64Array.from([1, 2, 4], (tau) => Math.exp(-1 / tau)))
  })
})

describe('what depends on time alone', () => {
  const definition = define('spike = input * exp(-(t / tau))', { params: ['tau'] })

  test('is computed once a step', () => {
    const { timeVarying, step } = compile(definition)
    expect(ops(step)).not.toContain('exp')
    expect(Object.keys(timeVarying.outputs)).toHaveLength(1)
  })

  test('is [steps] values, or [steps, size]', () => {
    const compiled = compile(definition)
    const [shared] = Object.values(evaluateTimeVarying(compiled, { tau: 2 }, 3, 2))
    expect(shared).toEqual({ perNeuron: false, values: Float64Array.from([0, 1, 2], (t) => Math.exp(-t / 2)) })
    const [own] = Object.values(evaluateTimeVarying(compiled, { tau: [2, 4] }, 2, 2))
    expect(own).toEqual({ perNeuron: true, values: Float64Array.of(1, 1, Math.exp(-1 / 2), Math.exp(-1 / 4)) })
  })

  test('stands within the step where a learnable parameter is in it', () => {
    const { step } = compile(definition, { learn: ['tau'] })
    expect(ops(step)).toContain('exp')
    expect(leaves(step, 'timeVarying')).toEqual(['t'])
    expect(leaves(step, 'setup')).toEqual(['tau'])
  })
})

describe('an initial state', () => {
  const at = (
    state: Record<string, number | string | readonly number[]>,
    params: Record<string, number | number[]>,
  ) => {
    const assigned = Object.keys(state).map((name) => `${name} = ${name} + input`)
    const equations = [...assigned, `spike = ${Object.keys(params).join(' + ')}`].join('\n')
    return evaluateSetup(compile(define(equations, { params: Object.keys(params), state })), params, 2)
  }

  test('is a number, an array, or an expression of parameters and earlier states', () => {
    const initial = at({ v: -2, w: [3, 4], u: 'b * v', x: 'u + w' }, { b: 10 })
    expect(initial).toMatchObject({ v: -2, u: -20 })
    expect(initial.w).toEqual(Float64Array.of(3, 4))
    expect(initial.x).toEqual(Float64Array.of(-17, -16))
  })

  test('is one for each neuron where a parameter is', () => {
    expect(at({ v: '2 * b' }, { b: [1, 3] }).v).toEqual(Float64Array.of(2, 6))
  })

  test('carries a derivative to its parameters', () => {
    const definition = define('v = v + input\nspike = v', { params: ['b'], state: { v: 'b * b' } })
    const { setup } = reverse(compile(definition, { learn: ['b'] }), { learn: ['b'] })
    expect(Object.keys(setup.outputs)).toEqual(['b'])
    expect(leaves(setup, 'adjoint')).toEqual(['v'])
  })
})

describe('detach', () => {
  test('holds among parameters too', () => {
    const definition = define('spike = input * detach(a * a) * a', { params: ['a'] })
    const compiled = compile(definition, { learn: ['a'] })
    const { step, setup } = reverse(compiled, { learn: ['a'] })
    const setupAdjoints = Object.keys(step.outputs).filter((name) =>
      step.nodes.some((node) => node.op === 'setup' && node.name === name),
    )
    expect(setupAdjoints).toHaveLength(1)
    expect(Object.values(evaluateSetup(compiled, { a: 3 }, 1))).toContain(9)
    expect(ops(setup)).not.toContain('detach')
  })
})
