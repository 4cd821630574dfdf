import { describe, test } from 'node:test'
import { neuronConformance, packageConformance } from '@hillock/testkit'
import * as plugin from 'hillock-neuron-template-name'

const runner = { describe, test }

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })
neuronConformance(plugin.templateName(), {
  // by hand: 0.6; 0.9 * 0.6 + 0.6 = 1.14 passes the threshold, and is reset to 0; from there again
  trace: { input: [0.6, 0.6, 0.6, 0.6], spike: [0, 1, 0, 1], v: [0.6, 0, 0.6, 0] },
  runner,
})
