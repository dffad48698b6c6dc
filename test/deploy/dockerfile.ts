import { readFileSync } from "node:fs";
import { root } from "../support/runtimes.ts";

export interface Stage {
  readonly name: string;
  readonly image: string;
  readonly instructions: readonly Instruction[];
}

export interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** The stages of a Dockerfile of ours, which continues no line. */
export function readDockerfile(file: string): Stage[] {
  const stages: (Stage & { instructions: Instruction[] })[] = [];
  for (const line of readFileSync(`${root}${file}`, "utf8").split("\n")) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [, name = "", text = ""] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === "FROM") {
      const [, image = "", stage = ""] = /^(?:--\S+ )*(\S+)(?: AS (\S+))?$/.exec(text) ?? [];
      stages.push({ name: stage, image, instructions: [] });
    } else stages.at(-1)?.instructions.push({ name, text });
  }
  return stages;
}

/** The words of the only such instruction of a stage: JSON in the exec form, else between blanks. */
export function wordsOf(stage: Stage, name: string): string[] {
  const all = stage.instructions.filter((instruction) => instruction.name === name);
  const [{ text } = { text: "" }, second] = all;
  if (text === "" || second !== undefined) throw new Error(`not one ${name} in stage ${stage.image}`);
  const json = /\[.*\]$/.exec(text)?.[0];
  return json === undefined ? text.split(" ") : (JSON.parse(json) as string[]);
}

/** Whether a file of the repository gets into the build: the last line of the ignore file that fits it decides. */
export function inContext(ignoreFile: string, path: string): boolean {
  let taken = true;
  for (const line of readFileSync(`${root}${ignoreFile}`, "utf8").split("\n")) {
    const pattern = line.trim();
    if (pattern === "" || pattern.startsWith("#")) continue;
    const name = pattern.replace(/^!/, "");
    if (name === "*" || path === name || path.startsWith(`${name}/`)) taken = pattern.startsWith("!");
  }
  return taken;
}
