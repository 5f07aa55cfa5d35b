export interface Classification { readonly role: string }
export function classify(_id: string, _source: string, _parsed: readonly unknown[]): Classification { return { role: 'module' } }
