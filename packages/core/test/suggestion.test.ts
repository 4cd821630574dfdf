import { expect, test } from '@jest/globals'
import { suggestion } from '../src/suggestion.ts'

test.each<[string, readonly string[], string | undefined]>([
  ['dmeo', ['demo', 'keras-lif'], 'demo'], // letters swapped
  ['bpt', ['bptt', 'eligibility'], 'bptt'],
  ['eligib', ['bptt', 'eligibility'], 'eligibility'], // the beginning of a word
  ['lif', ['lifts', 'alif'], 'lifts'],
  ['fast_sigmoid', ['arctan', 'fastSigmoid'], 'fastSigmoid'],
  ['randomBp', ['bptt', 'random-bp'], 'random-bp'],
  ['vv', ['spike', 'v'], 'v'],
  ['treshold', ['beta', 'threshold'], 'threshold'],
  ['Beta', ['beta'], 'beta'],
  ['foo', ['0', '1', '2'], undefined], // places in a list are no words
  ['2', ['0', '1'], undefined],
  ['10', ['0', '1', '10a'], '10a'],
  ['i', ['v', 'u', 'w'], undefined], // a letter for another is no slip of the pen
  ['layer9', ['layer1', 'layer2'], undefined], // another number is another one
  ['w_1', ['w1'], 'w1'],
  ['layer', ['layer1'], 'layer1'],
  ['x', [], undefined],
  ['', ['v', 'beta'], undefined],
  ['xyz', ['v', 'beta', 'input'], undefined],
])('%s among %j: %s', (word, known, wanted) => {
  expect(suggestion(word, known)).toBe(wanted && `did you mean '${wanted}'?`)
})

test('the nearest comes first, and of those as near the first one', () => {
  expect(suggestion('tau_me', ['tau_syn', 'tau_mem', 'tau_men'])).toBe("did you mean 'tau_mem'?")
})
