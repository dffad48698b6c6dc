import type { OverviewFacts } from "./overview-words.ts";
import { pathRefusedCode } from "./plan.ts";
import type { SegmentFacts } from "./segment-facts.ts";
import { isDoubtfulMatch, type SegmentState, stateOf } from "./segment-state.ts";

/** What to do, the first thing first. */
export function nextStepsFor({ verdict, counts, segments, forTerminal }: OverviewFacts): string[] {
  const { doubtfulFields, emptyFields, notRead } = counts;
  const [text, fields, one] = forTerminal
    ? ["--text", "--segment", "--segment"]
    : ["view text", "view fields", "segment"];
  const steps: string[] = [];
  const step = (concerned: (segment: SegmentFacts) => boolean, say: (named: string) => string) => {
    const found = segments.filter(concerned);
    if (found.length > 0) steps.push(say(segmentList(found)));
  };
  const is = (state: SegmentState) => (segment: SegmentFacts) => stateOf(segment) === state;
  step(
    hasRefusedPath,
    (named) => `Look who wrote job_metadata.json: it gives ${named} a path that is not this job's.`,
  );
  step(
    (segment) => is("unreadable")(segment) && !hasRefusedPath(segment),
    (named) => `Mend what keeps ${named} from being read, then ask again.`,
  );
  step(
    (segment) => is("fields_unreadable")(segment) && !hasRefusedPath(segment),
    (named) =>
      `Mend what keeps the fields of ${named} from being read, then ask again; meanwhile use ${text}.`,
  );
  step(
    (segment) => is("not_matched")(segment) && mayHaveText(segment),
    (named) => `Read ${named} with ${text}.`,
  );
  step(
    is("not_matched"),
    () => "For fields, the project needs a blueprint for that kind of content; a new job is paid for.",
  );
  step(
    is("unfilled"),
    (named) => `Read ${named} with ${text}, and check whether the blueprint fits: it filled no field.`,
  );
  step(isBlank, (named) => `Look at the input of ${named}: it may be blank or unreadable.`);
  step(is("unknown"), (named) => `Look at ${named} with ${fields} or ${text}.`);
  step(is("unknown_kind"), (named) => `Open the result file of ${named}: it cannot be interpreted here.`);
  step(
    is("fallback"),
    (named) => `Check the fields of ${named}: the fallback blueprint was not made for that content.`,
  );
  if (verdict === "forced_match") {
    steps.push(
      "Compare the blueprint's name and the document class with the file before relying on the fields.",
    );
  }
  step(isDoubtfulMatch, (named) => `Check whether the blueprint of ${named} fits: the match is doubtful.`);
  if (doubtfulFields > 0) steps.push("Check the doubtful fields against the file.");
  if (emptyFields > 0) steps.push("Check whether the empty fields are really missing from the file.");
  if (notRead > 0) steps.push(`Ask with ${one} for those that were not read.`);
  if (steps.length === 0) {
    steps.push(
      verdict === "nothing_found"
        ? "Check the input file and the project's settings."
        : `Read it with ${counts.fields > 0 ? fields : text}.`,
    );
  }
  return steps;
}

function hasRefusedPath({ problems = [] }: SegmentFacts): boolean {
  return problems.some(({ code }) => code === pathRefusedCode);
}

function mayHaveText({ hasText, notRead }: SegmentFacts): boolean {
  return hasText === true || notRead === true;
}

/** Whatever should be there was read, and there is nothing in it. */
function isBlank(segment: SegmentFacts): boolean {
  const state = stateOf(segment);
  if (state === "empty") return true;
  return (
    state === "not_matched" &&
    !mayHaveText(segment) &&
    segment.summary === undefined &&
    segment.problems === undefined
  );
}

function segmentList(segments: readonly SegmentFacts[]): string {
  const numbers = segments.map(({ segment }) => segment).sort((a, b) => a - b);
  const shown = numbers.slice(0, 5).join(", ");
  const more = numbers.length > 5 ? ` and ${numbers.length - 5} more` : "";
  return `segment${numbers.length === 1 ? "" : "s"} ${shown}${more}`;
}
