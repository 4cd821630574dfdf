import { programOf } from './program.ts'
import { runs, settings } from './state.ts'
import { useStore } from './store.ts'
import { trainingOf } from './training.ts'

/** The run as a program, once it has begun. */
export function ProgramView() {
  const training = trainingOf(useStore(settings))
  const { recipe } = useStore(runs[0].progress)
  return (
    <pre>
      <code data-program>{recipe && programOf(training, recipe)}</code>
    </pre>
  )
}
