/** Facts of equal text under equal versions are equal; part of the key under which they are kept. Raised with every change of a rule or a metric. */
export const ANALYZER_VERSION = 15
