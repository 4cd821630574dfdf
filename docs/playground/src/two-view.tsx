import { Picture } from './canvas.tsx'
import { Controls } from './controls.tsx'
import { lossesOf } from './curves.ts'
import { Example } from './example.tsx'
import { drawLines } from './pictures.ts'
import { compared, runs, settings } from './state.ts'
import { useStore } from './store.ts'
import { tableOfLines } from './tables.ts'
import { Cursor, Neurons, Outputs, Standing } from './watch.tsx'

const shorten = (value: number | undefined) => (value === undefined ? 'no change' : value.toFixed(3))

/** Where the runs part: the first differing weight, and how alike the changes are. */
function Parting() {
  const found = useStore(compared)
  if (!found) return <p>Nothing is compared yet.</p>
  const { since, batch, tensors } = found
  const parted = tensors.flatMap(({ name, first }) => (first ? [{ name, ...first }] : []))
  const earliest = parted.sort((a, b) => a.batch - b.batch)[0]
  return (
    <section aria-label="Where they part">
      <h3>Where they part</h3>
      <p data-parted={earliest?.batch}>
        {earliest
          ? `The first weight that differs is ${earliest.name}[${earliest.place.join(', ')}], after batch ${earliest.batch}.`
          : `All weights are the same, to the bit, after batch ${batch}.`}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keys */}
      <section class="scroll" aria-label="How far they are apart" tabIndex={0}>
        <table>
          <caption>
            After batch {batch}; changes are those of{' '}
            {since + 1 === batch ? 'that batch' : `batches ${since + 1} to ${batch}`}
          </caption>
          <thead>
            <tr>
              <th scope="col">Weights</th>
              <th scope="col">Differ since batch</th>
              <th scope="col">First place</th>
              <th scope="col">Cosine of changes</th>
              <th scope="col">Distance / length</th>
            </tr>
          </thead>
          <tbody>
            {tensors.map(({ name, first, cosine, distance }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{first?.batch ?? 'same bits'}</td>
                <td>{first ? `[${first.place.join(', ')}]` : ''}</td>
                <td>{shorten(cosine)}</td>
                <td>{distance.toFixed(3)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}

function Losses() {
  const both = runs.map(({ progress }) => useStore(progress))
  const { learner, other } = useStore(settings)
  const { lines, most } = lossesOf(
    both.map(({ points }, side) => ({ name: `${side + 1}: ${[learner, other][side]}`, points })),
    both[0]!.batch?.epochs ?? 1,
  )
  const sentence = both.map(({ batch }, side) => `${[learner, other][side]} ${batch?.loss.toFixed(3) ?? 'not begun'}`)
  return (
    <Picture
      name="Loss of both learners over the epochs"
      sentence={`Loss: ${sentence.join(', ')}.`}
      height={140}
      draw={(pen) => drawLines(pen, lines, [0, most])}
      table={() => tableOfLines(lines, 'epoch', both[0]!.batch?.epochs)}
    />
  )
}

/** The network twice, with one seed: batch by batch together, under one time cursor. */
export function TwoView() {
  const { learner, other, steps } = useStore(settings)
  return (
    <>
      <Controls />
      <Losses />
      <Parting />
      <Example />
      <Cursor steps={steps} />
      <div class="sides">
        {runs.map((run, side) => (
          <section key={side} aria-label={`${side + 1}: ${[learner, other][side]}`}>
            <h3>{[learner, other][side]}</h3>
            <Standing of={run} />
            <Outputs of={run} />
            <Neurons of={run} />
          </section>
        ))}
      </div>
    </>
  )
}
