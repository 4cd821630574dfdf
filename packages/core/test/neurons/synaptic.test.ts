import { expect, test } from '@jest/globals'
import { synaptic } from '../../src/neurons/synaptic.ts'
import { drive, pulse } from './drive.ts'

test('synaptic: a pulse of current becomes a difference of two exponentials', async () => {
  const { v } = await drive(synaptic({ alpha: 0.5, beta: 0.25, threshold: 9 }), pulse(6))
  v!.forEach((value, t) => {
    expect(value).toBeCloseTo((0.5 ** (t + 1) - 0.25 ** (t + 1)) / 0.25, 12)
  })
})
