import type { Examples, Learner, Session } from '@hillock/core'
import { expectRefused } from './assert.ts'
import type { Check } from './suite.ts'

/** Examples without labels are for learners that say that they need none. */
export function unlabelled(
  test: Check,
  { train: { images, count, features } }: { readonly train: Examples },
  create: () => Learner,
  start: () => Promise<Session>,
): void {
  test('trains without labels where it says that it can', async () => {
    const session = await start()
    const training = async () => {
      for await (const _ of session.train({ train: { images, count, features } }, { batchSize: 16 }));
    }
    if (create().unlabelled) await training()
    else await expectRefused('HILLOCK_LABEL', training)
    await session.dispose()
  })
}
