import type { Definition, ParamValue } from '@hillock/core/neurons'
import { sigmoid } from '@hillock/core/surrogates'
import fc from 'fast-check'

/** A random definition, and values for its parameters. */
export interface RandomProgram {
  /** The equations. */
  readonly definition: Definition
  /** Numbers, and arrays of `size`. */
  readonly params: Readonly<Record<string, ParamValue>>
}

/** Options of `randomProgram`. */
export interface RandomProgramOptions {
  /** Neurons of the layer, for the parameters and initial states that are given one by one. */
  readonly size?: number
  /** Only functions that are smooth, besides the one heaviside that makes the spike, so that finite differences can be trusted. */
  readonly smooth?: boolean
  /** Operations that see the whole layer. */
  readonly layerScope?: boolean
  /** Spikes of the step before through a matrix `back`, and whatever through a matrix `across`. */
  readonly products?: boolean
  /** Random numbers. */
  readonly random?: boolean
}

// Every form keeps moderate numbers moderate, so that programs neither overflow nor lose all their bits.
const smoothForms = [
  '(a + b)',
  '(a - b)',
  '(a * b)',
  '(-a)',
  '(a / (1 + b ** 2))',
  'tanh(a)',
  'sigmoid(a)',
  'sin(a)',
  'cos(a)',
  'exp(-a ** 2)',
  'log(1 + a ** 2)',
  'sqrt(1 + a ** 2)',
  '(sigmoid(a) ** (1 + sigmoid(b)))',
  '(2 + tanh(a)) ** -3',
]
const sharpForms = [
  'min(a, b)',
  'max(a, b)',
  'relu(a)',
  'abs(a)',
  'clip(a, -0.5, b)',
  'where(a < b, c, a)',
  'where(a >= b, b, c)',
  'where(a > 0, sqrt(abs(a)), b)',
  'where(a == b, a, c)',
  'where(a, b, c)',
  'floor(a)',
  '(a <= b)',
  '(a != b)',
  'heaviside(a)',
  'heaviside(a, 1)',
  'surrogate(a)',
  'detach(a)',
]
const layerForms = ['winners(a, 2)', '(total(a) * 0.1)', 'where(winners(a, 1), b, c)', '(b - total(a) / 8)']
const randomForms = ['uniform()', '(uniform() * a)']
const sharpRandomForms = ['(uniform() < sigmoid(a))', '(uniform() < 0.3)']

type Tree = { readonly name: number } | { readonly form: string; readonly parts: readonly Tree[] }

/** Expressions of a few levels; names are numbers until it is known which there are. */
function trees(forms: readonly string[]): fc.Arbitrary<Tree> {
  const { tree } = fc.letrec<{ tree: Tree; name: Tree; form: Tree }>((tie) => ({
    tree: fc.oneof({ maxDepth: 3, withCrossShrink: true }, tie('name'), tie('form')),
    name: fc.record({ name: fc.nat({ max: 99 }) }),
    form: fc.record({
      form: fc.constantFrom(...forms),
      parts: fc.tuple(tie('tree'), tie('tree'), tie('tree')),
    }),
  }))
  return tree
}

const constants = ['0.5', '1', '-0.25', 'pi / 4']

function text(tree: Tree, names: readonly string[]): string {
  const known = [...names, ...constants]
  if ('name' in tree) return known[tree.name % known.length] as string
  return tree.form.replace(/\b[abc]\b/g, (part) => text(tree.parts['abc'.indexOf(part)] as Tree, names))
}

/** Arbitrary neurons of two states, two inputs and two parameters, for property tests with fast-check. */
export function randomProgram(options: RandomProgramOptions = {}): fc.Arbitrary<RandomProgram> {
  const { size = 4, smooth = false, layerScope = false, products = false, random = false } = options
  const forms = [
    ...smoothForms,
    ...(smooth ? [] : sharpForms),
    ...(layerScope ? layerForms : []),
    ...(random ? randomForms : []),
    ...(random && !smooth ? sharpRandomForms : []),
  ]
  const tree = trees(forms)
  const number = fc.integer({ min: -64, max: 64 }).map((n) => n / 64)
  const value = fc.oneof(number, fc.array(number, { minLength: size, maxLength: size }))
  const resets = smooth ? ['v - 0.5 * spike', 'v'] : ['v - 0.5 * detach(spike)', 'where(spike, 0.125, v)', 'v']
  return fc
    .record({
      locals: fc.array(tree, { maxLength: 3 }),
      v: tree,
      w: tree,
      drive: tree,
      reset: fc.constantFrom(...resets),
      p: value,
      q: value,
      first: fc.oneof(value, fc.constantFrom('q', '0.5 * p - q')),
      recurs: products ? fc.boolean() : fc.constant(false),
      mixed: products ? fc.option(tree) : fc.constant(null),
    })
    .map(({ locals, v, w, drive, reset, p, q, first, recurs, mixed }) => {
      const names = ['input', 'other', 'v', 'w', 'p', 'q', 't / 16', ...(recurs ? ['past', 'again'] : [])]
      const lines = locals.map((local, i) => {
        const line = `x${i} = ${text(local, names)}`
        names.push(`x${i}`)
        return line
      })
      const mixing = mixed === null ? [] : [`mix = tanh(product(${text(mixed, names)}, across))`]
      if (mixed !== null) names.push('mix')
      const equations = [
        ...(recurs ? ['again = product(past, back)'] : []),
        ...lines,
        ...mixing,
        `v = 0.5 * v + tanh(${text(v, names)}) + 0.25 * input${recurs ? ' + 0.25 * again' : ''}`,
        `spike = heaviside(v + 0.25 * p - 0.25 + 0.125 * tanh(${text(drive, names)}))`,
        `v = ${reset}`,
        `w = q * prev(w) + sin(${text(w, [...names, 'prev(v)', 'spike'])}) + 0 * other`,
        ...(recurs ? ['past = spike'] : []),
      ].join('\n')
      const definition: Definition = {
        name: 'random',
        equations,
        inputs: ['input', 'other'],
        params: ['p', 'q'],
        state: { v: 0.25, w: first, ...(recurs && { past: 0 }) },
        outputs: ['spike'],
        record: locals.map((_, i) => `x${i}`),
        surrogate: sigmoid({ slope: 2 }),
        matrices: [...(recurs ? ['back'] : []), ...(mixed === null ? [] : ['across'])],
      }
      return { definition, params: { p, q } }
    })
}
