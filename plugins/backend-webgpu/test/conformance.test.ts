import { backendConformance, packageConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import * as plugin from '../src/index.ts'
import { absent } from './gpu.ts'

const runner = { describe, test }

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })

if (absent !== undefined) test.skip(`on a GPU (${absent})`, () => {})
else backendConformance({ name: 'webgpu', create: () => plugin.webgpu(), programs: 25, runner })
