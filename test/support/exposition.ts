/**
 * Prometheus's text format 0.0.4, read by its own grammar and more strictly than Prometheus does. For tests.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const metricName = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const label = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
const samplePattern = new RegExp(
  `^(${metricName})(?:\\{(${label}(?:,${label})*)?\\})? (-?[0-9.]+(?:e[+-]?[0-9]+)?|[+-]Inf|NaN)$`,
);

/** @throws Error that names the line */
export function readExposition(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const families = new Map<string, Family & { readonly samples: Sample[] }>();
  let help: { readonly name: string; readonly text: string } | undefined;
  let current: (Family & { readonly samples: Sample[] }) | undefined;
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const wrong = (why: string) => new Error(`${why}: ${line}`);
    const helped = new RegExp(`^# HELP (${metricName}) (.+)$`).exec(line);
    const typed = new RegExp(`^# TYPE (${metricName}) (counter|gauge|histogram)$`).exec(line);
    if (helped !== null) {
      help = { name: helped[1] ?? "", text: helped[2] ?? "" };
    } else if (typed !== null) {
      const [, name = "", type] = typed;
      if (help?.name !== name) throw wrong("a type without its help");
      if (families.has(name)) throw wrong("twice");
      current = { name, help: help.text, type: type as Family["type"], samples: [] };
      families.set(name, current);
    } else {
      const sample = samplePattern.exec(line);
      if (sample === null) throw wrong("no line of the format");
      const [, name = "", labels = "", value = ""] = sample;
      const suffixes = current?.type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
      if (current === undefined || !suffixes.some((suffix) => `${current?.name}${suffix}` === name)) {
        throw wrong("a sample of another family");
      }
      current.samples.push({
        name,
        labels: readLabels(labels),
        value: Number(value.replace("Inf", "Infinity")),
      });
    }
  }
  for (const family of families.values()) checkFamily(family);
  return families;
}

function readLabels(text: string): Record<string, string> {
  const found = text.matchAll(new RegExp(label, "g"));
  return Object.fromEntries(
    [...found].map(([one]) => {
      const at = one.indexOf("=");
      return [one.slice(0, at), JSON.parse(one.slice(at + 1)) as string];
    }),
  );
}

function checkFamily({ name, samples, type }: Family): void {
  const keys = samples.map((sample) => JSON.stringify([sample.name, sample.labels]));
  if (new Set(keys).size !== keys.length) throw new Error(`${name} has a sample twice`);
  if (type === "counter") {
    if (!name.endsWith("_total")) throw new Error(`${name} is a counter and not called so`);
    if (samples.some(({ value }) => !(value >= 0))) throw new Error(`${name} counts less than nothing`);
  }
  if (type === "histogram") checkHistogram(name, samples);
}

/** Buckets grow, and the last holds everything. */
function checkHistogram(name: string, samples: readonly Sample[]): void {
  const counts = samples.filter((sample) => sample.name === `${name}_count`);
  for (const count of counts) {
    const buckets = samples.filter(({ labels: { le, ...rest }, ...sample }) =>
      sample.name === `${name}_bucket` && le !== undefined ? Bun.deepEquals(rest, count.labels) : false,
    );
    const values = buckets.map(({ value }) => value);
    const ordered = values.every((value, index) => value >= (values[index - 1] ?? 0));
    if (!ordered || buckets.at(-1)?.labels.le !== "+Inf" || values.at(-1) !== count.value) {
      throw new Error(`${name} has buckets that do not add up`);
    }
  }
}

/** The one sample with exactly these labels; 0 where there is none, as Prometheus's own `increase` takes it. */
export function sampleOf(
  families: ReadonlyMap<string, Family>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const family = families.get(name) ?? families.get(name.replace(/_(count|sum)$/, ""));
  if (family === undefined) throw new Error(`there is no ${name}`);
  return family.samples.find((one) => one.name === name && Bun.deepEquals(one.labels, labels))?.value ?? 0;
}
