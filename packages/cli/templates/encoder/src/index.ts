import { encoder } from '@hillock/core'

/**
 * An encoder to begin with: a value from 0 to 1 fires without a break from the first step on, the longer the brighter.
 *
 * - `portion`: for how much of the time a value of 1 fires; 1.
 */
export const templateName = encoder({
  name: 'template-name',
  params: { portion: 1 },
  bounds: { portion: [0, 1] },
  range: [0, 1],
  equations: 'spike = t < floor(input * portion * steps + 0.5)',
})
