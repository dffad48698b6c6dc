import type { JobStatus } from "../aws/runtime-client.ts";
import type { Place } from "./arn-names.ts";
import { type CauseRule, causeRules } from "./cause-rules.ts";
import type { PossibleCause } from "./explanation.ts";
import { cleanText } from "./quote.ts";

const mostCauses = 3;
/** AWS's messages are far shorter; a longer one is searched in its beginning only. */
const searchedCharacters = 4000;
const basedOnCharacters = 100;

/**
 * What may have made a job fail, by the words of AWS's message and error type: at most three, the most specific first.
 * AWS publishes none of these messages, so each is a possibility and names the words that it rests on.
 */
export function possibleCauses(
  job: Pick<JobStatus, "errorType" | "errorMessage">,
  place: Place,
): PossibleCause[] {
  const texts = [job.errorMessage, job.errorType].flatMap((text) =>
    text === undefined ? [] : [searchable(text)],
  );
  const whole = texts.map(({ apart }) => apart).join(" ");
  return causeRules
    .flatMap((rule) => {
      const found = texts.map((text) => wordsFound(rule, text)).find((words) => words !== undefined);
      return found === undefined ? [] : [{ ...rule.explain(place, { found, text: whole }), basedOn: found }];
    })
    .slice(0, mostCauses);
}

interface Searchable {
  readonly shown: string;
  /** The same with the words of names like `AccessDeniedException` apart. */
  readonly apart: string;
}

function searchable(text: string): Searchable {
  const shown = cleanText(text, searchedCharacters);
  return { shown, apart: shown.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, " ") };
}

/** The words of the text that the rule rests on, as the text has them; nothing where the rule does not apply. */
function wordsFound(rule: CauseRule, { shown, apart }: Searchable): string | undefined {
  if (rule.unless?.test(apart)) return undefined;
  const found = rule.words.map((pattern) => pattern.exec(apart)?.[0]);
  const present = found.filter((words) => words !== undefined);
  if (present.length < found.length) return undefined;
  const asShown = present.map((words) => (shown.includes(words) ? words : words.replaceAll(" ", "")));
  return cleanText([...new Set(asShown)].join(" … "), basedOnCharacters);
}
