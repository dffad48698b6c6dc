import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { settings } from "../../src/settings/settings.ts";
import { temporaryHome } from "../credentials/child.ts";
import { installPeers, peersFolder } from "../support/peers.ts";
import { root } from "../support/runtimes.ts";
import { overHttp, testKeys } from "../support/server-process.ts";

setDefaultTimeout(60_000);

/** Read as data: what is asked of it below says which shape it has. */
type Resource = { readonly kind: string; readonly apiVersion: string; readonly [field: string]: unknown };

const resources = Bun.YAML.parse(
  readFileSync(`${root}src/deploy/kubernetes.yaml`, "utf8"),
) as readonly Resource[];
const only = (kind: string) => {
  const [found, second] = resources.filter((resource) => resource.kind === kind);
  if (found === undefined || second !== undefined) throw new Error(`not one ${kind}`);
  return found;
};

/** Where `kubernetes-types`, made from the API's own description, has each kind. */
const modules: Readonly<Record<string, string>> = {
  v1: "core/v1",
  "apps/v1": "apps/v1",
  "autoscaling/v2": "autoscaling/v2",
  "policy/v1": "policy/v1",
  "networking.k8s.io/v1": "networking/v1",
};

function typeChecked(checked: readonly Resource[]): string {
  using folder = temporaryHome();
  installPeers();
  symlinkSync(`${peersFolder}node_modules`, join(folder.path, "node_modules"));
  const lines = checked.map(
    (resource, index) =>
      `export const r${index}: import("kubernetes-types/${modules[resource.apiVersion]}").${resource.kind} = ${JSON.stringify(resource)};`,
  );
  writeFileSync(join(folder.path, "check.ts"), lines.join("\n"));
  const flags = ["--noEmit", "--strict", "--skipLibCheck", "--module", "preserve", "--types", ""];
  const { stdout } = Bun.spawnSync([`${root}node_modules/.bin/tsc`, ...flags, "check.ts"], {
    cwd: folder.path,
  });
  return stdout.toString();
}

test("every field is one that the API knows, with a value of its type", () => {
  expect(resources.map(({ kind }) => kind).sort()).toEqual([
    "Deployment",
    "HorizontalPodAutoscaler",
    "NetworkPolicy",
    "PodDisruptionBudget",
    "Service",
    "ServiceAccount",
  ]);
  expect(typeChecked(resources)).toBe("");
  const misspelt = JSON.parse(JSON.stringify(only("Deployment")).replace("readinessProbe", "readynessProbe"));
  expect(typeChecked([misspelt])).toContain("readynessProbe");
});

test("names that refer to each other are the same", () => {
  const name = manifest.name;
  const labels = { "app.kubernetes.io/name": name };
  for (const resource of resources) expect(resource).toMatchObject({ metadata: { name } });
  expect(only("Deployment")).toMatchObject({
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { serviceAccountName: name } },
    },
  });
  expect(only("Service")).toMatchObject({ spec: { selector: labels } });
  for (const kind of ["PodDisruptionBudget", "NetworkPolicy"])
    expect(JSON.stringify(only(kind))).toContain(JSON.stringify({ matchLabels: labels }));
  expect(only("HorizontalPodAutoscaler")).toMatchObject({ spec: { scaleTargetRef: { name } } });
});

test("the container has no rights that it does not need", () => {
  expect(only("Deployment")).toMatchObject({
    spec: {
      template: {
        spec: {
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
          containers: [
            {
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
              },
              resources: { limits: { memory: expect.any(String) } },
            },
          ],
        },
      },
    },
  });
});

test("what it sets, probes and scales by is there in the server", async () => {
  const known: readonly string[] = Object.values(settings).flatMap((setting) =>
    "variable" in setting ? [setting.variable] : [],
  );
  const text = JSON.stringify(resources);
  const set = [...text.matchAll(/"name":"(BDA_MCP_\w+)","value":"([^"]*)"/g)];
  expect(set.length).toBeGreaterThan(2);
  for (const [, variable] of set) expect(known).toContain(String(variable));
  const env = Object.fromEntries(set.map(([, variable = "", value = ""]) => [variable, value]));
  await using server = await overHttp("bun", [], { ...testKeys, ...env, BDA_MCP_METRICS: "same" });
  for (const [, path = ""] of text.matchAll(/"httpGet":\{"path":"([^"]+)"/g))
    expect([path, (await fetch(new URL(path, server.url))).status]).toEqual([path, 200]);
  const figure = /"metric":\{"name":"([^"]+)"/.exec(text)?.[1] ?? "";
  expect(await (await fetch(new URL("/metrics", server.url))).text()).toContain(`\n${figure} `);
});

test("the server has its time to let calls end before it is killed", () => {
  const text = JSON.stringify(only("Deployment"));
  const seconds = (pattern: RegExp) => Number(pattern.exec(text)?.[1]);
  const drain = seconds(/"BDA_MCP_DRAIN_SECONDS","value":"(\d+)"/);
  const before = seconds(/"sleep":\{"seconds":(\d+)/);
  expect(seconds(/"terminationGracePeriodSeconds":(\d+)/)).toBeGreaterThan(before + drain + 5);
});
