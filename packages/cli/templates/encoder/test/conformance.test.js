import { describe, test } from 'node:test'
import { encoderConformance, packageConformance } from '@hillock/testkit'
import * as plugin from 'hillock-encoder-template-name'

const runner = { describe, test }

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })
encoderConformance(plugin.templateName(), { runner })
