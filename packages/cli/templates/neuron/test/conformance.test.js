import { describe, test } from 'node:test'
import { neuronConformance, packageConformance } from '@hillock/testkit'
import * as plugin from 'hillock-neuron-template-name'

const runner = { describe, test }

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })
neuronConformance(plugin.templateName(), { runner })
