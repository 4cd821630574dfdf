import { describe, test } from 'node:test'
import { backendConformance, packageConformance } from '@hillock/testkit'
import * as plugin from 'hillock-backend-template-name'

const runner = { describe, test }

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })
backendConformance({ name: 'template-name', create: () => plugin.templateName(), runner })
