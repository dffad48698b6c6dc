import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { root } from "./support/runtimes.ts";

/** The rooms from left to right: each takes only from rooms to its right. `jobs` and `aws` stand side by side. */
const order: readonly string[] = ["main", "deploy", "cli", "serving", "protocol", "tools", "jobs", "aws"];
/** Files at the top that belong to no room: everybody may use them. */
const common = [
  "caller.ts",
  "clock-skew.ts",
  "nearest.ts",
  "observer.ts",
  "ports.ts",
  "product.ts",
  "recent-map.ts",
];
/** What the command line is read into: for `cli` and what stands left of it. */
const settingFiles = [
  "config.ts",
  "config-access.ts",
  "config-callers.ts",
  "config-endpoints.ts",
  "config-schema.ts",
  "command-line.ts",
  "command-line-problems.ts",
];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(resolve(root, file), "utf8");
  const found = text.matchAll(
    /^(?:import|export)\s+(type\s+)?[^;]*?from\s+"(\.[^"]+)"|import\("(\.[^"]+)"\)/gms,
  );
  return [...found].map(([, type, still, dynamic]) => ({
    from: file,
    to: relative(root, resolve(root, dirname(file), still ?? dynamic ?? "")),
    typeOnly: type !== undefined,
  }));
}

function roomOf(file: string): string {
  const parts = file.split("/");
  return parts.length > 2 ? (parts[1] ?? "") : (parts[1] ?? "").replace(/\.ts$/, "");
}

const files = [...new Bun.Glob("src/**/*.ts").scanSync(root)].sort();
const imports = files.flatMap(importsOf);

function mayImport({ from, to, typeOnly }: Import): boolean {
  const [left, right] = [roomOf(from), roomOf(to)];
  const name = to.replace(/^src\//, "");
  if (
    left === right ||
    left === "index" ||
    common.includes(name) ||
    name === "../package.json" ||
    to === "package.json"
  ) {
    return true;
  }
  if (settingFiles.includes(name) || right === "settings")
    return ["main", "deploy", "cli"].includes(left) || settingFiles.includes(`${left}.ts`);
  if (left.startsWith("config")) return right === "aws";
  if (right === "simulator") return left === "cli";
  if (left === "simulator") return false;
  // What is shown outside is put together by `cli`, and told of the work through observer.ts alone.
  if (right === "telemetry") return left === "cli";
  if (left === "telemetry") return false;
  if (left === "jobs") return right === "aws" && typeOnly;
  const [at, target] = [order.indexOf(left), order.indexOf(right)];
  return at >= 0 && target > at;
}

describe("data goes one way through the rooms", () => {
  test("there are files to look at", () => {
    expect(files.length).toBeGreaterThan(30);
    expect(imports.length).toBeGreaterThan(50);
  });

  test("every import points to the right", () => {
    const wrong = imports.filter((found) => !mayImport(found)).map(({ from, to }) => `${from} → ${to}`);
    expect(wrong).toEqual([]);
  });

  test("the rule would see a wrong one", () => {
    expect(mayImport({ from: "src/aws/a.ts", to: "src/jobs/b.ts", typeOnly: true })).toBe(false);
    expect(mayImport({ from: "src/jobs/a.ts", to: "src/aws/b.ts", typeOnly: false })).toBe(false);
    expect(mayImport({ from: "src/tools/a.ts", to: "src/protocol/b.ts", typeOnly: true })).toBe(false);
    expect(mayImport({ from: "src/simulator/a.ts", to: "src/aws/b.ts", typeOnly: true })).toBe(false);
    expect(mayImport({ from: "src/telemetry/a.ts", to: "src/jobs/b.ts", typeOnly: true })).toBe(false);
    expect(mayImport({ from: "src/aws/a.ts", to: "src/telemetry/b.ts", typeOnly: true })).toBe(false);
  });

  test("only serving/listen.ts names a runtime", () => {
    const naming = files.filter((file) =>
      /\b(Bun|Deno)\.\w/.test(
        readFileSync(resolve(root, file), "utf8").replace(/^\s*(\/\/|\*|\/\*).*$/gm, ""),
      ),
    );
    expect(naming).toEqual(["src/serving/listen.ts"]);
  });

  test("MCP's SDK is known to protocol and serving alone, AWS's packages to aws alone, OpenTelemetry and Prometheus to telemetry", () => {
    const using = (pattern: RegExp) => [
      ...new Set(files.filter((file) => pattern.test(readFileSync(resolve(root, file), "utf8"))).map(roomOf)),
    ];
    expect(using(/from "@modelcontextprotocol\//).sort()).toEqual(["protocol", "serving"]);
    expect(using(/(from|import\() ?"(@aws-sdk|@smithy|aws4fetch)/)).toEqual(["aws"]);
    expect(using(/(from|import\() ?"(@opentelemetry|prom-client)/)).toEqual(["telemetry"]);
  });
});
