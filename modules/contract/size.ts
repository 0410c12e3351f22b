/** How much of everything an environment gets. */
export const sizes = ['sandbox', 'small', 'medium', 'large'] as const;
/** One of the sizes. */
export type Size = (typeof sizes)[number];
