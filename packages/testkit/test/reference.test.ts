import { reference } from '@hillock/core'
import { describe, test } from '@jest/globals'
import { backendConformance } from '../src/index.ts'

backendConformance({ name: 'reference', create: reference, runner: { describe, test } })

// What a backend does not declare is refused, and the suite asks for no more.
backendConformance({
  name: 'reference without layer scope',
  create: () => ({ ...reference(), supports: { layerScope: false, exact: true } }),
  programs: 25,
  decorated: false,
  runner: { describe, test },
})
