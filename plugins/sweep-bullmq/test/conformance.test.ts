import { packageConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import * as plugin from '../src/index.ts'

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner: { describe, test } })
