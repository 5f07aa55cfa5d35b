/**
 * The loader that webpack loads for us. Its options are the run that it stands for, which takes it out of the chain again
 * before anybody else can see it there (see webpack-run.ts).
 */
interface Pitching {
  pitch(context: object): void
}

/** Bytes stay bytes, should this ever be asked to do anything. */
export const raw = true

export function pitch(this: { readonly query: Partial<Pitching> | string }): void {
  if (typeof this.query === 'object') this.query.pitch?.(this)
}

export default function pass(this: { callback: (error: null, ...values: unknown[]) => void }, ...values: unknown[]): void {
  this.callback(null, ...values)
}
