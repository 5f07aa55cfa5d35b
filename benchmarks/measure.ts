/**
 * Runs variants in turn for a number of rounds, and proves in each that they did the same work.
 *
 * In turn, because a machine gets slower and faster over minutes: what is compared has to be seconds apart. The order
 * rotates by one each round, so that no variant always comes after the same one.
 */
import type { RunOptions, Sample, Target, TimedResult } from './case.ts'
import { judge } from './statistics.ts'

export interface Variant {
  readonly name: string
  /** @returns the sample, and a digest of what was made; equal digests are equal work. */
  run(): Promise<{ readonly sample: Sample; readonly digest: string }>
}

export interface Measurement {
  readonly variants: readonly Variant[]
  readonly targets: readonly Target[]
  /** What the digests are over, for the result. */
  readonly proof: (digest: string) => string
  /** Says what differs, once digests do. */
  readonly explain?: () => string
}

/** @throws Error as soon as two variants made different things: times of different work compare nothing. */
export async function measure({ variants, targets, proof, explain }: Measurement, { rounds, say }: RunOptions): Promise<TimedResult> {
  const samples: Record<string, Sample[]> = Object.fromEntries(variants.map(({ name }) => [name, []]))
  let reference: { readonly name: string; readonly digest: string } | null = null
  for (let round = 0; round < rounds; round++) {
    const turn = round % variants.length
    for (const variant of [...variants.slice(turn), ...variants.slice(0, turn)]) {
      const { sample, digest } = await variant.run()
      reference ??= { name: variant.name, digest }
      if (digest !== reference.digest) throw new Error(`${variant.name} made something else than ${reference.name}: ${explain?.() ?? `${digest} and ${reference.digest}`}`)
      samples[variant.name]?.push(sample)
    }
    say(`round ${round + 1} of ${rounds}: ${variants.map(({ name }) => `${name} ${seconds(samples[name]?.at(-1)?.bundlerMs)}`).join(', ')}`)
  }
  return { kind: 'timed', samples, targets: judge(targets, samples), proof: proof(reference?.digest ?? '') }
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '-' : `${(ms / 1000).toFixed(2)} s`
}
