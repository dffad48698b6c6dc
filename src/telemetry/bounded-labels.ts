/** Values of one label: more would be somebody's mistake, which Prometheus would have to keep for ever. */
const maxValues = 100;

/** Lets through as many distinct values of a label as Prometheus can bear; the rest are `other`. */
export class BoundedLabels {
  readonly #known = new Set<string>();

  of(value: string): string {
    if (this.#known.has(value)) return value;
    if (this.#known.size >= maxValues || !/^[a-z_]{1,40}$/.test(value)) return "other";
    this.#known.add(value);
    return value;
  }
}
