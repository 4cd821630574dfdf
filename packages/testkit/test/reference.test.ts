import { reference } from '@hillock/core'
import { describe, test } from '@jest/globals'
import { backendConformance } from '../src/index.ts'

backendConformance({ name: 'reference', create: reference, runner: { describe, test } })
