/** The detection benchmark as text. */
import type { DetectionResult, DetectorResult, SpecialResult } from '../cases/detection.ts'
import type { Tally } from './special.ts'

export function formatDetection(result: DetectionResult): string {
  const { cases, detectors, special } = result
  return [
    `detection, seed ${result.seed}; thresholds that a detector needs are set on tune`,
    `  tune ${cases.tune.join(', ')}`,
    `  test ${cases.test.join(', ')}`,
    '',
    'found with one build | within three (trials); columns: phases with a noise of at most 1 %, 1 to 2 %, more',
    ...detectors.flatMap(formatDetector),
    ...special.flatMap(formatSpecial),
  ].join('\n')
}

function formatDetector({ detector, half, falseAlarms, noiseAlarms, pairs, recall }: DetectorResult): readonly string[] {
  return [
    `${detector} (${half}): ${pairs} same-commit pairs, ${percent(falseAlarms)} alert about the second build (${percent(noiseAlarms)} where the first is calm)`,
    ...recall.map(({ ratio, bands }) => {
      const columns = bands.map(({ one, withinThree }) => `${share(one)} | ${share(withinThree)}`)
      return `  +${(ratio * 100).toFixed(0).padStart(2)} %  ${columns.join('    ')}`
    }),
  ]
}

function formatSpecial(result: SpecialResult): readonly string[] {
  const { half, attribution, coverage, halfWidth, localisation, machine, moved, spikes, drift } = result
  return [
    `explanations (${half})`,
    `  attribution at +50 %: top-1 ${attribution.top1.toFixed(3)}, top-3 ${attribution.top3.toFixed(3)} (naive ${attribution.naiveTop1.toFixed(3)}, ${attribution.naiveTop3.toFixed(3)}) of ${attribution.trials}`,
    `  90 % interval of the forecast: covers ${share(coverage)}, median half-width ${percent(halfWidth)}`,
    ...localisation.map((item) => `  step of ${percent(item.ratio)}: change point exact ${item.exact.toFixed(2)}, within two builds ${item.withinTwo.toFixed(2)} (${item.trials})`),
    ...machine.map((item) => `  machine ${percent(item.ratio)} slower: no plugin blamed ${share(item.blameless)}, reported as everything ${share(item.reported)}`),
    `  moved cost without an alert ${share(moved)}; single spikes never confirmed ${share(spikes)}; drift of +30 % over ten builds named ${share(drift)}`,
  ]
}

function share({ hits, trials }: Tally): string {
  return `${trials === 0 ? '–' : (hits / trials).toFixed(3)} (${trials})`
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(2)} %`
}
